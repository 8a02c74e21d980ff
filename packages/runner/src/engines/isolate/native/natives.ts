import { types } from 'node:util';
import { discard } from '../../../channel/channel.ts';
import { caps } from './caps.ts';
import { Compression, crc32 } from './compression.ts';
import { NativeCryptography } from './cryptography.ts';
import { failureOf } from './failure.ts';
import { Refused } from './refused.ts';
import { States } from './states.ts';
import { type KeyReader, WireReader, WireWriter } from './values.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Operations that keep nothing of their bytes, which are a copy that came out of the isolate. */
const done: ReadonlySet<string> = new Set(['call', 'compressed', 'crc32', 'digest']);

const noKeys: KeyReader = {
  key: refuse,
  certificate: refuse,
  keyBytes: () => undefined,
  certificateBytes: () => undefined,
};

/**
 * Node's own compression and cryptography for one run, which the run's processor time pays for. The guest
 * is hostile: see `guest/native/wire.ts` for all that it can send. No method throws: an error of the
 * runner's would carry its stack into the guest.
 */
export class Natives implements Disposable {
  readonly #mayEncrypt: () => boolean;
  readonly #compressions = new States<Compression>(caps.compressions, 'compressions');
  #cryptography: NativeCryptography | undefined;
  /** What the steps of compressions write to, one after another. */
  #output: Uint8Array | undefined;

  /** `mayEncrypt`: whether the run may import `node:crypto`. */
  constructor(mayEncrypt: () => boolean) {
    this.#mayEncrypt = mayEncrypt;
  }

  call(text: unknown, data: unknown): Bytes | string {
    try {
      const [operation, given] = parsed(text);
      const content = contentOf(data);
      const compress = Object.hasOwn(this.#compressing, operation)
        ? this.#compressing[operation]
        : undefined;
      const cryptography = compress === undefined ? this.#encrypting() : undefined;
      const keys = cryptography?.keys ?? noKeys;
      const reader = new WireReader(content, keys);
      const run = compress ?? operationOf(cryptography?.operations ?? {}, operation);
      const value = run(...given.map((wire) => reader.read(wire)));
      const writer = new WireWriter(keys);
      const reply = writer.reply([0, writer.write(value)]);
      if (done.has(operation) && typeof content !== 'string') discard(content);
      return reply;
    } catch (error) {
      return JSON.stringify([1, failureOf(error)]);
    }
  }

  readonly #compressing: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
    compress: (kind, options, isSummed) =>
      this.#compressions.add(new Compression(kind, options, isSummed === true)),
    compressed: (id, flush, input) =>
      this.#compressions
        .at(id)
        .write(flush, bytesOf(input), (this.#output ??= new Uint8Array(caps.output))),
    compressedBy: (id, level, strategy) => this.#compressions.at(id).params(level, strategy),
    compressAnew: (id) => this.#compressions.at(id).reset(),
    compressNoMore: (id) => this.#compressions.close(id)?.[Symbol.dispose](),
    crc32: (data, value) => crc32(typeof data === 'string' ? data : bytesOf(data), value),
  };

  #encrypting(): NativeCryptography {
    if (!this.#mayEncrypt()) throw new Refused('This run may not import node:crypto');
    return (this.#cryptography ??= new NativeCryptography());
  }

  /** Forgets everything: the states of a run end with it. */
  [Symbol.dispose](): void {
    for (const compression of this.#compressions.closeAll()) compression[Symbol.dispose]();
    this.#cryptography?.[Symbol.dispose]();
    this.#cryptography = undefined;
  }
}

function parsed(text: unknown): [operation: string, given: unknown[]] {
  if (typeof text !== 'string' || text.length > caps.text) throw new Refused('No such call');
  const call: unknown = JSON.parse(text);
  if (!Array.isArray(call) || typeof call[0] !== 'string') throw new Refused('No such call');
  return [call[0], call.slice(1)];
}

/** Memory that a script shares could change while it is read. */
function contentOf(data: unknown): Bytes | string {
  if (typeof data === 'string') return data;
  if (!(data instanceof Uint8Array) || types.isSharedArrayBuffer(data.buffer)) {
    throw new Refused('Only text and bytes are taken');
  }
  if (data.length > caps.bytes) throw new Refused(`More than ${caps.bytes} bytes in one call`);
  return data as Bytes;
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Refused('Bytes are needed');
}

function operationOf(
  table: Readonly<Record<string, (...args: unknown[]) => unknown>>,
  name: string,
): (...args: unknown[]) => unknown {
  const run = Object.hasOwn(table, name) ? table[name] : undefined;
  if (run === undefined) throw new Refused(`No such operation: ${name}`);
  return run;
}

function refuse(): never {
  throw new Refused('This run has no keys');
}
