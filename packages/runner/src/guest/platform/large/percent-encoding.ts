/** Stands in for the percent-encoding of the URL library, which goes through a text by its characters. */
import * as small from 'whatwg-url/lib/percent-encoding.js';

export * from 'whatwg-url/lib/percent-encoding.js';

type Predicate = (byte: number) => boolean;

const escapes = Array.from(
  { length: 0x80 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

/** By runs: what stays is copied, what is no ASCII goes through the language's own function. */
export function utf8PercentEncodeString(
  text: string,
  isEncoded: Predicate,
  spaceAsPlus = false,
): string {
  // Every set of the standard has all that is no ASCII; another one would be the library's to encode.
  if (!isEncoded(0x80)) return small.utf8PercentEncodeString(text, isEncoded, spaceAsPlus);
  const encoded = escapes.map((escape, byte) =>
    spaceAsPlus && byte === 0x20 ? '+' : isEncoded(byte) ? escape : undefined,
  );
  let output = '';
  let kept = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const isAscii = unit < 0x80;
    const short = isAscii ? encoded[unit] : undefined;
    if (isAscii && short === undefined) continue;
    output += text.slice(kept, at);
    if (short === undefined) {
      const start = at;
      while (at + 1 < text.length && text.charCodeAt(at + 1) >= 0x80) at++;
      output += encodeURIComponent(text.slice(start, at + 1).toWellFormed());
    } else output += short;
    kept = at + 1;
  }
  return output + text.slice(kept);
}
