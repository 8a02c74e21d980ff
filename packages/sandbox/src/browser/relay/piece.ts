/** A piece of a message: text, or UTF-8 that is passed on as it is. */
export type Piece = string | Uint8Array;

/** Characters of either end of a message that tell what it is. */
const endLength = 256;

/**
 * JSON text from Chromium, or the rest of one. Hostile. A long one stays bytes, in pieces: its ends are
 * enough to know whom it is for.
 */
export class Pieces {
  readonly all: readonly Piece[];
  /** Bytes of it, or characters of a text. */
  readonly length: number;

  constructor(all: readonly Piece[]) {
    this.all = all;
    this.length = all.reduce((sum, { length }) => sum + length, 0);
  }

  get start(): string {
    const first = this.all[0] ?? '';
    return typeof first === 'string' ? first : latin1(first.subarray(0, endLength));
  }

  get end(): string {
    let end = '';
    for (const piece of this.all.toReversed()) {
      if (end.length >= endLength) break;
      end = (typeof piece === 'string' ? piece : latin1(piece.subarray(-endLength))) + end;
    }
    return end;
  }

  /** Without the first `length` characters, which `start` has. */
  after(length: number): Pieces {
    const [first = '', ...others] = this.all;
    return new Pieces([
      typeof first === 'string' ? first.slice(length) : first.subarray(length),
      ...others,
    ]);
  }

  text(): string {
    if (this.all.every((piece) => typeof piece === 'string')) return this.all.join('');
    return Buffer.concat(this.all.map(bytesOf)).toString();
  }
}

export function bytesOf(piece: Piece): Uint8Array {
  return typeof piece === 'string' ? Buffer.from(piece) : piece;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
