/** `querystring`, from a port of Node's own source. */
export { default } from 'unenv/node/querystring';
