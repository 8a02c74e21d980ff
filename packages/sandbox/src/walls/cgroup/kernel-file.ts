import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/**
 * A control file of the kernel with one number, held open: opening costs ten times as much as reading,
 * and this is on the path of every run. Once the cgroup is removed or the file is closed, every method
 * throws.
 */
export class KernelFile implements Disposable {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #buffer = Buffer.allocUnsafe(4_096);
  #isOpen = true;

  /** Throws when there is no such file. `r+` for one that is also set. */
  constructor(path: string, mode: 'r' | 'r+' = 'r') {
    this.#path = path;
    this.#descriptor = openSync(path, mode);
  }

  text(): string {
    const length = readSync(this.#held(), this.#buffer, 0, this.#buffer.length, 0);
    return this.#buffer.toString('latin1', 0, length);
  }

  number(): number {
    return Number(this.text());
  }

  set(value: number): void {
    writeSync(this.#held(), String(value), 0);
  }

  #held(): number {
    if (this.#isOpen) return this.#descriptor;
    // The descriptor may have been reused by now.
    throw new Error(`${this.#path} is closed`);
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }
}
