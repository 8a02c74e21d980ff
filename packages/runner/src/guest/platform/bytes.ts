/** The parts of the byte library that the platform uses, bundled as one. */

export { fromBase64, toBase64 } from '@exodus/bytes/base64.js';
export {
  isomorphicDecode,
  isomorphicEncode,
  TextDecoder,
  TextEncoder,
} from '@exodus/bytes/encoding.js';
