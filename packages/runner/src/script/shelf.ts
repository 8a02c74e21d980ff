import { closeSync, openSync, readSync } from 'node:fs';
import { listLength, listLengthBytes, placeOnShelf } from '@castellan/protocol/shelf';

/** A shelf of the box, opened once: to read from it takes `pread64` and nothing else. */
export class Shelf implements Disposable {
  readonly #file: number;
  #list: string | undefined;

  /** The folder is part of the box; whoever made the box has checked it. */
  constructor(path: string) {
    this.#file = openSync(path, 'r');
  }

  /** The bytes of a file, in a buffer of their own; undefined for one that is not there. */
  read(name: string): Uint8Array<ArrayBuffer> | undefined {
    const list = this.#listText();
    const place = placeOnShelf(list, name);
    if (place === undefined) return undefined;
    return this.#bytes(listLengthBytes + list.length + place.offset, place.length);
  }

  /** The same as text. Programs are ASCII: as `latin1` they take one byte a character, in an isolate too. */
  text(name: string, encoding: 'latin1' | 'utf8'): string | undefined {
    const bytes = this.read(name);
    return bytes && Buffer.from(bytes.buffer).toString(encoding);
  }

  #listText(): string {
    if (this.#list !== undefined) return this.#list;
    const length = listLength(this.#bytes(0, listLengthBytes));
    const bytes = this.#bytes(listLengthBytes, length);
    return (this.#list = Buffer.from(bytes.buffer).toString('latin1'));
  }

  #bytes(from: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = readSync(this.#file, bytes, done, length - done, from + done);
      if (count === 0) throw new Error('a shelf of this box ends too early');
      done += count;
    }
    return bytes;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
