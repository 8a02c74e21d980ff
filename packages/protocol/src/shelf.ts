/**
 * A shelf: many small files in one, of which each can be read alone, from a descriptor that was opened
 * before. So a process that can open nothing any more still has them:
 *
 *     length of the list, 4 bytes, big endian | list | contents, in its order
 *
 * The list is ASCII, with a line break before and after each line, so that one is found without parsing the
 * others: NAME, where it begins in the contents, and its length, in bytes.
 */

/** The length of what says how long the list is. */
export const listLengthBytes = 4;

/** Where a file is among the contents, in bytes. */
export interface ShelfPlace {
  readonly offset: number;
  readonly length: number;
}

/** The bytes of a shelf. Throws for a name that its list cannot hold. */
export function packShelf(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  let offset = 0;
  let list = '\n';
  for (const [name, { length }] of files) {
    if (!isName(name)) throw new Error(`${JSON.stringify(name)} cannot be on a shelf`);
    list += `${name} ${offset} ${length}\n`;
    offset += length;
  }
  const start = listLengthBytes + list.length;
  const shelf = new Uint8Array(start + offset);
  new DataView(shelf.buffer).setUint32(0, list.length);
  shelf.set(new TextEncoder().encode(list), listLengthBytes);
  let at = start;
  for (const bytes of files.values()) {
    shelf.set(bytes, at);
    at += bytes.length;
  }
  return shelf;
}

/** The length of the list, from the first bytes of a shelf. */
export function listLength(start: Uint8Array): number {
  return new DataView(start.buffer, start.byteOffset).getUint32(0);
}

/** Where a file is, by the text of the list; undefined for one that is not there. */
export function placeOnShelf(list: string, name: string): ShelfPlace | undefined {
  if (!isName(name)) return undefined;
  const start = list.indexOf(`\n${name} `) + 1;
  if (start === 0) return undefined;
  const [, offset = '', length = ''] = list.slice(start, list.indexOf('\n', start)).split(' ');
  return { offset: Number(offset), length: Number(length) };
}

/** The text of the list of a shelf that is in memory as a whole. */
export function listOfShelf(shelf: Uint8Array): string {
  const end = listLengthBytes + listLength(shelf);
  return new TextDecoder().decode(shelf.subarray(listLengthBytes, end));
}

/** A file of a shelf that is in memory as a whole. */
export function takeFromShelf(shelf: Uint8Array, name: string): Uint8Array | undefined {
  const list = listOfShelf(shelf);
  const place = placeOnShelf(list, name);
  if (place === undefined) return undefined;
  const from = listLengthBytes + list.length + place.offset;
  return shelf.subarray(from, from + place.length);
}

/** Printable ASCII without blanks. */
function isName(name: string): boolean {
  return /^[\x21-\x7e]+$/.test(name);
}
