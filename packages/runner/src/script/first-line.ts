/** A text without the byte-order mark that some editors put before it. */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** A source without byte-order mark, and with a comment for a line that starts with `#!`. */
export function plainSource(given: string): string {
  const source = withoutMark(given);
  return source.startsWith('#!') ? `//${source.slice(2)}` : source;
}

const comment = /^((?:[^\S\n\r\u2028\u2029]|\/\*[^\n\r\u2028\u2029]*?\*\/)*)-->/;

/**
 * The offset of a `-->` that begins the source, maybe after comments. At the begin of a line it is a
 * comment, but the function around a file leaves none on its first line.
 */
export function firstComment(source: string): number | undefined {
  return comment.exec(source)?.[1]?.length;
}
