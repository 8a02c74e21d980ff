import { bytesIn, copyOf, isBufferSource, joinBytes } from '../buffers.ts';
import { showMembers } from '../format.ts';
import { utf8Library } from '../lazy.ts';
import { bytesSlice } from '../natives.ts';
import type { BlobClass, Realm } from '../realm.ts';
import { toDictionary, toEnum, toSequence, toUsvString } from '../webidl.ts';

const chunkBytes = 65_536;

/** Creates `Blob`: bytes that never change, so that slices share them. */
export function createBlob(realm: Realm) {
  let bytesOf: (blob: Blob) => Uint8Array<ArrayBuffer>;
  let isBlob: (value: unknown) => value is Blob;
  const { utf8toStringLoose } = utf8Library();

  class PlatformBlob {
    #bytes: Uint8Array<ArrayBuffer>;
    #type: string;

    static {
      isBlob = (value): value is Blob =>
        typeof value === 'object' && value !== null && #bytes in value;
      bytesOf = (blob) => (blob as unknown as PlatformBlob).#bytes;
    }

    constructor(parts?: unknown, options?: unknown) {
      // The parts are converted one after the other, before the options are read.
      const converted = parts === undefined ? [] : toSequence(parts, 'Blob: the parts', toPart);
      const { endings: givenEndings, type: givenType } = toDictionary(options, 'Blob: the options');
      const endings =
        givenEndings === undefined
          ? 'transparent'
          : toEnum(givenEndings, ['transparent', 'native'], 'Blob: endings');
      this.#type = givenType === undefined ? '' : cleanType(`${givenType as string}`);
      this.#bytes = joinBytes(converted.map((part) => bytesOfPart(part, endings)));
    }

    get size(): number {
      return this.#bytes.length;
    }
    get type(): string {
      return this.#type;
    }

    slice(start?: unknown, end?: unknown, contentType?: unknown): PlatformBlob {
      const { length } = this.#bytes;
      const from = start === undefined ? 0 : clampedOffset(start, length);
      const to = end === undefined ? length : clampedOffset(end, length);
      const type = contentType === undefined ? '' : cleanType(`${contentType as string}`);
      const blob = new PlatformBlob();
      blob.#bytes = this.#bytes.subarray(from, Math.max(from, to));
      blob.#type = type;
      return blob;
    }

    stream(): ReadableStream {
      const bytes = this.#bytes;
      let offset = 0;
      return realm.streams().byteStream(
        {
          pull(controller) {
            if (offset >= bytes.length) return controller.close();
            const chunk = bytesSlice(bytes, offset, offset + chunkBytes);
            offset += chunk.length;
            controller.enqueue(chunk);
          },
        },
        0,
      );
    }

    async arrayBuffer(): Promise<ArrayBuffer> {
      return bytesSlice(this.#bytes).buffer;
    }

    async bytes(): Promise<Uint8Array> {
      return bytesSlice(this.#bytes);
    }

    async text(): Promise<string> {
      return withoutMark(utf8toStringLoose(this.#bytes));
    }
  }

  const toPart = (item: unknown): Uint8Array<ArrayBuffer> | string => {
    if (isBlob(item)) return bytesOf(item);
    return isBufferSource(item) ? copyOf(item) : toUsvString(item);
  };

  Object.defineProperty(PlatformBlob, 'length', { value: 0 });
  Object.defineProperty(PlatformBlob.prototype.slice, 'length', { value: 0 });
  showMembers(PlatformBlob, ({ size, type }) => ({ size, type }));
  const ctor = PlatformBlob as unknown as BlobClass;
  realm.clonable(PlatformBlob.prototype, {
    clone(value) {
      if (!isBlob(value)) return undefined;
      const { type } = value;
      return () => new ctor([value], { type });
    },
  });
  return { Blob: ctor, isBlob: isBlob!, bytesOf: bytesOf! };
}

function bytesOfPart(part: Uint8Array<ArrayBuffer> | string, endings: string): Uint8Array {
  if (typeof part !== 'string') return bytesIn(part);
  const text = endings === 'native' ? part.replace(/\r\n?|\n/g, '\n') : part;
  return utf8Library().utf8fromStringLoose(text);
}

/** Normalizes a type; one with characters other than printable ASCII counts as none. */
function cleanType(type: string): string {
  return /^[\x20-\x7e]*$/.test(type) ? type.toLowerCase() : '';
}

/** Web IDL's `[Clamp] long long`, counted from the end when negative. */
function clampedOffset(value: unknown, length: number): number {
  const number = Number(value);
  if (Number.isNaN(number)) return 0;
  const whole = roundHalfEven(number);
  return whole < 0 ? Math.max(length + whole, 0) : Math.min(whole, length);
}

function roundHalfEven(value: number): number {
  if (!Number.isFinite(value)) return value;
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

/** The Encoding standard's "UTF-8 decode" drops a byte-order mark. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
