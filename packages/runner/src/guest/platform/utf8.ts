/**
 * Replaces the module of the URL parser that creates a TextEncoder and a TextDecoder while it loads,
 * when the guest has none yet.
 */

export {
  utf8fromStringLoose as utf8Encode,
  utf8toStringLoose as utf8DecodeWithoutBOM,
} from '@exodus/bytes/utf8.js';
