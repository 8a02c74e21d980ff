/** `querystring`: Node's own JavaScript. */
import * as internals from './node/internals.ts';

/** Only asked for where an escape is no text, so that no script waits for all of `buffer`. */
const Buffer = {
  allocUnsafe: (length: number): Uint8Array =>
    (castellan.Buffer as typeof globalThis.Buffer).allocUnsafe(length),
};

export default nodeQuerystring({ internals, modules: { buffer: { Buffer } } });
