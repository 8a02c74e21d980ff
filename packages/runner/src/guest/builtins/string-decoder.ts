/** `string_decoder`: Node's own JavaScript, over a few lines that keep the bytes of a cut character. */
import buffer from './buffer.ts';
import { type Bytes, decode } from './node/buffer-text.ts';
import { encodingsMap, encodingOfNumber } from './node/buffer-binding.ts';
import * as internals from './node/internals.ts';

/** Where what stands in the memory of a decoder. */
const layout = {
  kIncompleteCharactersStart: 0,
  kIncompleteCharactersEnd: 4,
  kMissingBytes: 4,
  kBufferedBytes: 5,
  kEncodingField: 6,
  kNumFields: 7,
  kSize: 7,
} as const;

/** How many bytes at the end begin a character, and how many are missing to its end. */
type Rest = readonly [kept: number, missing: number];
const rests: Readonly<Record<string, (bytes: Bytes) => Rest>> = {
  utf8(bytes) {
    for (let kept = 1; kept < 4 && kept <= bytes.length; kept++) {
      const byte = bytes.at(-kept)!;
      if ((byte & 0xc0) === 0x80) continue;
      const length = byte >= 0xf8 || byte < 0xc0 ? 0 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > kept ? [kept, length - kept] : [0, 0];
    }
    return [0, 0];
  },
  utf16le(bytes) {
    const odd = bytes.length % 2;
    const isLead = ((bytes.at(-1 - odd) ?? 0) & 0xfc) === 0xd8;
    if (isLead) return [2 + odd, 2 - odd];
    return [odd, odd];
  },
  base64: (bytes) => [bytes.length % 3, (3 - (bytes.length % 3)) % 3],
  base64url: (bytes) => [bytes.length % 3, (3 - (bytes.length % 3)) % 3],
};

const bytesOf = ({ buffer: memory, byteOffset, byteLength }: ArrayBufferView): Bytes =>
  new Uint8Array(memory as ArrayBuffer, byteOffset, byteLength);

function decodeNext(state: Bytes, view: ArrayBufferView): string {
  const encoding = encodingOfNumber(state[layout.kEncodingField]!);
  const given = bytesOf(view);
  const buffered = state[layout.kBufferedBytes]!;
  let bytes = given;
  if (buffered > 0) {
    bytes = new Uint8Array(buffered + given.length);
    bytes.set(state.subarray(0, buffered));
    bytes.set(given, buffered);
  }
  const [kept, missing] = rests[encoding]?.(bytes) ?? [0, 0];
  state.set(bytes.subarray(bytes.length - kept));
  state[layout.kBufferedBytes] = kept;
  state[layout.kMissingBytes] = missing;
  return decode(bytes.subarray(0, bytes.length - kept), encoding);
}

/** What is left, as far as it is text. */
function flush(state: Bytes): string {
  const encoding = encodingOfNumber(state[layout.kEncodingField]!);
  const buffered = state[layout.kBufferedBytes]!;
  const length = encoding === 'utf16le' ? buffered - (buffered % 2) : buffered;
  state[layout.kBufferedBytes] = 0;
  state[layout.kMissingBytes] = 0;
  return decode(state.slice(0, length), encoding);
}

const below = { ...internals, ...layout, encodingsMap, decode: decodeNext, flush };

export default nodeStringDecoder({
  internals: below,
  modules: { buffer },
});
