import buffer from '../buffer.ts';
import { bytesOf, call } from './call.ts';
import { LazyWritable } from './lazy-stream.ts';

type Done = (error?: Error | null) => void;

/** The data is kept until the key is there, and crosses with it. */
abstract class Signing extends LazyWritable {
  readonly #parts: Uint8Array[] = [];
  protected readonly given: readonly unknown[];

  constructor(digest: unknown, options?: object) {
    super(options);
    this.given = [digest, options];
    call('signer', this.given);
  }

  update(data: unknown, encoding?: unknown): this {
    this.#parts.push(new Uint8Array(bytesOf(data, 'data', encoding)));
    return this;
  }

  _write(chunk: unknown, encoding: unknown, done: Done): void {
    this.update(chunk, encoding);
    done();
  }

  protected get data(): Uint8Array {
    return buffer.Buffer.concat(this.#parts);
  }
}

export class Sign extends Signing {
  sign(key: unknown, encoding?: unknown): unknown {
    return call('sign', [...this.given, this.data, key, encoding]);
  }
}

export class Verify extends Signing {
  verify(key: unknown, signature: unknown, encoding?: unknown): unknown {
    return call('verify', [...this.given, this.data, key, signature, encoding]);
  }
}
