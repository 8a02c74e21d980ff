/** `stream`, Node's own as a package. Web streams are not converted. */
export { default } from 'readable-stream/lib/stream.js';
