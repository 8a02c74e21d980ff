/**
 * Bytes of a body that wait to be sent, in one buffer: a list of pieces could cost hundreds of times
 * its bytes.
 */
export class Unsent {
  #buffer: Uint8Array = new Uint8Array(0);
  length = 0;

  push(piece: Uint8Array): void {
    const end = this.length + piece.length;
    if (this.length === 0) this.#buffer = piece;
    else {
      if (end > this.#buffer.length) {
        const larger = new Uint8Array(2 * end);
        larger.set(this.#buffer.subarray(0, this.length));
        this.#buffer = larger;
      }
      this.#buffer.set(piece, this.length);
    }
    this.length = end;
  }

  /** Everything that waits; nothing does afterwards. */
  take(): Uint8Array {
    const all = this.#buffer.subarray(0, this.length);
    this.#buffer = new Uint8Array(0);
    this.length = 0;
    return all;
  }
}
