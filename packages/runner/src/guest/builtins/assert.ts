/** `assert`, a port of Node's own. */
export { default } from 'assert/';
