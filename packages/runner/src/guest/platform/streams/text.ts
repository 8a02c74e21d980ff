import type * as polyfill from 'web-streams-polyfill';
import { isBufferSource } from '../buffers.ts';
import { showMembers } from '../format.ts';
import { bytesLibrary, utf8Library } from '../lazy.ts';
import { type Interfaces, type Members, toDictionary } from '../webidl.ts';
import { transformPair } from './transforms.ts';

type Decoder = InstanceType<ReturnType<typeof bytesLibrary>['TextDecoder']>;

/** Creates the Encoding standard's TextEncoderStream and TextDecoderStream. */
export function createTextStreams(
  TransformStream: typeof polyfill.TransformStream,
): Interfaces<'TextDecoderStream' | 'TextEncoderStream'> {
  class TextEncoderStream {
    readonly #pair = transformPair(
      TransformStream,
      encoderSteps(utf8Library().utf8fromStringLoose),
    );

    get encoding(): string {
      void this.#pair;
      return 'utf-8';
    }
    get readable() {
      return this.#pair.readable;
    }
    get writable() {
      return this.#pair.writable;
    }
  }

  class TextDecoderStream {
    readonly #decoder: Decoder;
    readonly #pair;

    constructor(label: unknown = 'utf-8', options: Members = {}) {
      const text = `${label as string}`;
      const { fatal, ignoreBOM } = toDictionary(options, 'TextDecoderStream: the options');
      const bag = { fatal: !!fatal, ignoreBOM: !!ignoreBOM };
      const decoder = new (bytesLibrary().TextDecoder)(text, bag);
      this.#decoder = decoder;
      this.#pair = transformPair(TransformStream, {
        transform(chunk, enqueue) {
          if (!isBufferSource(chunk)) {
            throw new TypeError(
              'TextDecoderStream: a chunk must be an ArrayBuffer or a view of one',
            );
          }
          const part = decode(decoder, chunk, true);
          if (part !== '') enqueue(part);
        },
        flush(enqueue) {
          const part = decode(decoder, undefined, false);
          if (part !== '') enqueue(part);
        },
      });
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
    get readable() {
      return this.#pair.readable;
    }
    get writable() {
      return this.#pair.writable;
    }
  }

  const decode = (
    decoder: Decoder,
    chunk: ArrayBuffer | ArrayBufferView | undefined,
    stream: boolean,
  ): string => decoder.decode(chunk as Uint8Array | undefined, { stream });

  Object.defineProperty(TextDecoderStream, 'length', { value: 0 });
  showMembers(
    TextDecoderStream,
    ({ encoding, fatal, ignoreBOM, readable, writable }) => ({
      encoding,
      fatal,
      ignoreBOM,
      readable,
      writable,
    }),
    'TextDecoderStream',
  );
  showMembers(
    TextEncoderStream,
    ({ encoding, readable, writable }) => ({ encoding, readable, writable }),
    'TextEncoderStream',
  );
  return { TextDecoderStream, TextEncoderStream };
}

/** Encodes text; the first half of a surrogate pair at a chunk's end waits for the second. */
function encoderSteps(encode: (text: string) => Uint8Array) {
  let waiting = '';
  return {
    transform(chunk: unknown, enqueue: (value: unknown) => void) {
      let text = waiting + `${chunk as string}`;
      waiting = '';
      const last = text.charCodeAt(text.length - 1);
      if (last >= 0xd800 && last <= 0xdbff) {
        waiting = text.slice(-1);
        text = text.slice(0, -1);
      }
      if (text !== '') enqueue(encode(text));
    },
    flush(enqueue: (value: unknown) => void) {
      if (waiting !== '') enqueue(new Uint8Array([0xef, 0xbf, 0xbd]));
    },
  };
}
