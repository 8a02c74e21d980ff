import { crossing } from '../../native/wire.ts';
import { textPortions } from '../../platform/conversion.ts';
import { dataHere } from '../../native/caller.ts';
import { encodingNamed } from '../node/buffer-text.ts';
import { nodeError, wrongType } from '../node/errors.ts';
import {
  type Buffer,
  bytesLength,
  bytesOf,
  call,
  callFunction,
  dataKinds,
  isData,
  type Output,
  type Bytes,
} from './call.ts';
import { LazyTransform } from './lazy-stream.ts';

/** Short pieces are put together until there are so many bytes. */
const gathered = 2 ** 16;
/** Units of text that are bytes before they cross. */
const shortText = 2 ** 14;

/** Digests that are there in every OpenSSL: of these short data takes one call, without a question before it. */
const isKnown = (name: unknown): boolean =>
  typeof name === 'string' && /^(?:rsa-)?(?:md5|sha1|sha(?:224|256|384|512))$/i.test(name);

/** The running value of a hash or an HMAC: in the runner once there is much of it. */
class Digest {
  readonly #make: string;
  readonly #given: readonly unknown[];
  #parts: Bytes[];
  #length: number;
  #state: number | undefined;

  constructor(make: string, given: readonly unknown[], state?: number, parts: Bytes[] = []) {
    this.#make = make;
    this.#given = given;
    this.#state = state;
    this.#parts = parts;
    this.#length = parts.reduce((sum, { length }) => sum + length, 0);
  }

  /** Also throws what is wrong with the arguments. */
  open(): number {
    return (this.#state ??= call('open', [this.#make, ...this.#given]) as number);
  }

  update(data: string | ArrayBufferView<ArrayBuffer>, encoding: unknown): void {
    const name = encodingNamed(encoding) ?? 'utf8';
    const isCut = name === 'utf8' || name === 'latin1' || name === 'utf16le';
    if (typeof data === 'string' && data.length > shortText && isCut) {
      this.#flush();
      for (const part of textPortions(data, crossing)) {
        call('call', [this.open(), 'update', dataHere, name], part);
      }
      return;
    }
    const bytes = bytesOf(data, 'data', name);
    if (bytes.length >= gathered) {
      this.#flush();
      for (let at = 0; at < bytes.length; at += crossing) {
        call('call', [this.open(), 'update', bytes.subarray(at, at + crossing)]);
      }
      return;
    }
    if (bytes.length === 0) return;
    // The script may change what it has given.
    this.#parts.push(typeof data === 'string' ? bytes : new Uint8Array(bytes));
    this.#length += bytes.length;
    if (this.#length >= gathered) this.#flush();
  }

  digest(): Buffer {
    if (this.#state === undefined) {
      return call('digest', [this.#make, this.#given, joined(this.#parts, this.#length)]) as Buffer;
    }
    this.#flush();
    return call('call', [this.#state, 'digest']) as Buffer;
  }

  copy(given: readonly unknown[]): Digest {
    if (this.#state === undefined)
      return new Digest(this.#make, given, undefined, [...this.#parts]);
    this.#flush();
    return new Digest(
      this.#make,
      given,
      call('call', [this.#state, 'copy', ...given.slice(1)]) as number,
    );
  }

  #flush(): void {
    if (this.#length === 0) return;
    call('call', [this.open(), 'update', joined(this.#parts, this.#length)]);
    this.#parts = [];
    this.#length = 0;
  }
}

function joined(parts: readonly Bytes[], length: number): Bytes {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

type Done = (error?: Error | null) => void;

/** A digest as Node's Hash and Hmac are: with `update` and `digest`, or as a stream. */
abstract class Digesting extends LazyTransform {
  protected running: Digest;
  protected isDone = false;

  constructor(running: Digest, options?: object) {
    super(options);
    this.running = running;
  }

  update(data: unknown, encoding?: unknown): this {
    if (this.isDone) throw finalized();
    if (!isData(data)) throw wrongType('data', dataKinds, data);
    this.running.update(data, encoding);
    return this;
  }

  _transform(chunk: unknown, encoding: unknown, done: Done): void {
    this.update(chunk, encoding);
    done();
  }

  _flush(done: Done): void {
    (this as unknown as { push(chunk: unknown): void }).push(this.digest());
    done();
  }

  digest(encoding?: unknown): Output {
    this.isDone = true;
    return shown(this.running.digest(), encoding);
  }
}

const finalized = (): Error =>
  nodeError(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');

export function shown(bytes: Buffer, encoding: unknown): Output {
  const name = encodingNamed(encoding);
  return name === undefined ? bytes : bytes.toString(name);
}

export class Hash extends Digesting {
  readonly #name: unknown;

  constructor(name: unknown, options?: object, running?: Digest) {
    super(running ?? new Digest('createHash', [name, options]), options);
    this.#name = name;
    const isPlain = running !== undefined || (isKnown(name) && options === undefined);
    if (!isPlain) this.running.open();
  }

  copy(options?: object): Hash {
    if (this.isDone) throw finalized();
    return new Hash(this.#name, options, this.running.copy([this.#name, options]));
  }

  override digest(encoding?: unknown): Output {
    if (this.isDone) throw finalized();
    return super.digest(encoding);
  }
}

export class Hmac extends Digesting {
  constructor(name: unknown, key: unknown, options?: object) {
    super(new Digest('createHmac', [name, key, options]), options);
    const isPlain = isKnown(name) && isData(key) && options === undefined;
    if (!isPlain) this.running.open();
  }

  override digest(encoding?: unknown): Output {
    // What Node gives the second time.
    if (this.isDone) return shown(bytesOf('') as Buffer, encoding);
    return super.digest(encoding);
  }
}

/** A digest in one call, hexadecimal by default. */
export function hash(name: unknown, data: unknown, options?: unknown): unknown {
  const isLarge = isData(data) && bytesLength(data) > crossing;
  if (!isLarge || typeof options === 'object' || !isKnown(name)) {
    return callFunction('hash', name, data, options);
  }
  return new Hash(name).update(data).digest(options ?? 'hex');
}
