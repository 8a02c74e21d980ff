import { showBy, showMembers } from './format.ts';
import { bytesLibrary } from './lazy.ts';

type Library = ReturnType<typeof bytesLibrary>;

interface DecoderOptions {
  readonly fatal?: boolean;
  readonly ignoreBOM?: boolean;
}

/** The Encoding standard's TextEncoder, with its members on the prototype as Web IDL puts them. */
export class TextEncoder {
  readonly #encoder = new (bytesLibrary().TextEncoder)();

  get encoding(): string {
    return this.#encoder.encoding;
  }

  encode(input: unknown = ''): Uint8Array {
    return this.#encoder.encode(`${input as string}`);
  }

  encodeInto(source: unknown, destination: Uint8Array): { read: number; written: number } {
    return this.#encoder.encodeInto(`${source as string}`, destination);
  }
}

/** The Encoding standard's TextDecoder; the tables of old encodings are made at first use. */
export class TextDecoder {
  readonly #decoder: InstanceType<Library['TextDecoder']>;

  constructor(label: unknown = 'utf-8', options: DecoderOptions | null = {}) {
    const { TextDecoder: LibraryDecoder } = bytesLibrary();
    const given = `${label as string}`;
    try {
      this.#decoder = new LibraryDecoder(given, options ?? {});
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RangeError(`The "${given}" encoding is not supported`);
    }
  }

  get encoding(): string {
    return this.#decoder.encoding;
  }

  get fatal(): boolean {
    return this.#decoder.fatal;
  }

  get ignoreBOM(): boolean {
    return this.#decoder.ignoreBOM;
  }

  decode(input?: ArrayBuffer | ArrayBufferView, options: { stream?: boolean } | null = {}): string {
    return this.#decoder.decode(input as Uint8Array | undefined, options ?? {});
  }
}

Object.defineProperty(TextDecoder.prototype.decode, 'length', { value: 0 });
showMembers(TextDecoder, ({ encoding, fatal, ignoreBOM }) => ({ encoding, fatal, ignoreBOM }));
// Node shows no name of this class.
showBy(TextEncoder, function (depth) {
  return typeof depth === 'number' && depth < 0 ? this : { encoding: this.encoding };
});
