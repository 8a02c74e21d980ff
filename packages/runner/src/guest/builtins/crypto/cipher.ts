import { crossing } from '../../native/wire.ts';
import buffer from '../buffer.ts';
import { bytesLength, bytesOf, call, isData, type Output } from './call.ts';
import { LazyTransform } from './lazy-stream.ts';

type Done = (error?: Error | null) => void;

/** Ciphers whose data may come in any parts; CCM, XTS and the wrapping ones take all of it at once. */
const isCut = (name: unknown): boolean =>
  typeof name === 'string' &&
  /(?:-(?:cbc|cfb\d*|ctr|ecb|gcm|ofb)|^chacha20(?:-poly1305)?)$/i.test(name);

abstract class Ciphering extends LazyTransform {
  readonly #state: number;
  readonly #isCut: boolean;

  constructor(make: string, given: readonly unknown[]) {
    super(given[3] as object | undefined);
    this.#state = call('open', [make, ...given]) as number;
    this.#isCut = isCut(given[0]);
  }

  update(data: unknown, inputEncoding?: unknown, outputEncoding?: unknown): Output {
    const isLarge = isData(data) && bytesLength(data) > crossing;
    if (!isLarge || !this.#isCut) {
      return this.call('update', data, inputEncoding, outputEncoding) as Output;
    }
    const bytes = bytesOf(data, 'data', inputEncoding);
    const parts: unknown[] = [];
    for (let at = 0; at < bytes.length; at += crossing) {
      const part = bytes.subarray(at, at + crossing);
      parts.push(this.call('update', part, undefined, outputEncoding));
    }
    if (typeof parts[0] === 'string') return parts.join('');
    return buffer.Buffer.concat(parts as Uint8Array[]);
  }

  final(outputEncoding?: unknown): Output {
    return this.call('final', outputEncoding) as Output;
  }

  setAutoPadding(isOn?: unknown): this {
    this.call('setAutoPadding', isOn === undefined ? true : isOn);
    return this;
  }

  setAAD(bytes: unknown, options?: unknown): this {
    this.call('setAAD', bytes, options);
    return this;
  }

  protected call(name: string, ...values: unknown[]): unknown {
    return call('call', [this.#state, name, ...values]);
  }

  _transform(chunk: unknown, encoding: unknown, done: Done): void {
    this.#push(this.update(chunk, encoding));
    done();
  }

  _flush(done: Done): void {
    try {
      this.#push(this.final());
    } catch (error) {
      return done(error as Error);
    }
    done();
  }

  #push(bytes: Output): void {
    (this as unknown as { push(chunk: unknown): void }).push(bytes);
  }
}

export class Cipheriv extends Ciphering {
  constructor(...given: unknown[]) {
    super('createCipheriv', given);
  }

  getAuthTag(): unknown {
    return this.call('getAuthTag');
  }
}

export class Decipheriv extends Ciphering {
  constructor(...given: unknown[]) {
    super('createDecipheriv', given);
  }

  setAuthTag(tag: unknown, encoding?: unknown): this {
    this.call('setAuthTag', tag, encoding);
    return this;
  }
}
