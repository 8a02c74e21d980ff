import * as polyfill from 'web-streams-polyfill';
import {
  defineProperty,
  deleteProperty,
  getPrototypeOf,
  setPrototypeOf,
  uncurry,
} from '../natives.ts';
import type { ByteStream, Reader, Realm, Streams } from '../realm.ts';
import { showStreams } from './shown.ts';
import { createTextStreams } from './text.ts';
import { createTransfer } from './transfer.ts';

interface Internals {
  readonly _disturbed: boolean;
}

/** Creates the Streams standard's classes. The platform itself calls the methods captured here. */
export function createStreams(realm: Realm): Streams {
  const { ReadableStream, ReadableStreamDefaultReader, ReadableByteStreamController } = polyfill;
  const { prototype } = ReadableStream;
  const getReader = uncurry(prototype.getReader) as unknown as (stream: unknown) => object;
  const tee = uncurry(prototype.tee) as unknown as Streams['tee'];
  const read = uncurry(ReadableStreamDefaultReader.prototype.read) as unknown as (
    reader: object,
  ) => ReturnType<Reader['read']>;
  const cancel = uncurry(ReadableStreamDefaultReader.prototype.cancel) as unknown as (
    reader: object,
    reason: unknown,
  ) => Promise<void>;
  const locked = Reflect.getOwnPropertyDescriptor(prototype, 'locked')!.get!;
  const controls = ReadableByteStreamController.prototype;
  const enqueue = uncurry(controls.enqueue);
  const close = uncurry(controls.close);
  const error = uncurry(controls.error);

  const isReadable = (value: unknown): value is ByteStream => {
    try {
      Reflect.apply(locked, value, []);
      return true;
    } catch {
      return false;
    }
  };
  completeIterators();
  // The standard has removed this attribute.
  deleteProperty(polyfill.WritableStreamDefaultController.prototype, 'abortReason');
  const text = createTextStreams(polyfill.TransformStream);
  const classes = { ...polyfill, ...text } as unknown as Streams['classes'];
  showStreams(polyfill);
  createTransfer(realm, polyfill, isReadable);

  return {
    classes,
    isReadable,
    isLocked: (stream) => Boolean(Reflect.apply(locked, stream, [])),
    // oxlint-disable-next-line no-underscore-dangle
    isDisturbed: (stream) => (stream as unknown as Internals)._disturbed,
    byteStream({ pull, cancel: onCancel }, highWaterMark) {
      // Without prototypes, so that nothing on `Object.prototype` becomes a member.
      const source = setPrototypeOf(
        {
          type: 'bytes',
          pull(controller: polyfill.ReadableByteStreamController) {
            return pull({
              enqueue: (bytes) => enqueue(controller, bytes),
              close() {
                close(controller);
                // A pending BYOB read ends only with a response.
                controller.byobRequest?.respond(0);
              },
              error: (reason) => error(controller, reason),
            });
          },
          ...(onCancel === undefined ? {} : { cancel: onCancel }),
        },
        null,
      ) as polyfill.UnderlyingByteSource;
      const strategy = setPrototypeOf({ highWaterMark }, null) as { highWaterMark: number };
      return new ReadableStream(source, strategy) as unknown as ByteStream;
    },
    readerOf(stream) {
      const reader = getReader(stream);
      return { read: () => read(reader), cancel: (reason) => cancel(reader, reason) };
    },
    tee,
  };
}

const asyncIteratorPrototype = getPrototypeOf(
  getPrototypeOf(async function* () {}.prototype as object)!,
)!;

/** Gives the library's iterators the prototype that the web requires. */
function completeIterators(): void {
  const iterators = getPrototypeOf(new polyfill.ReadableStream().values())!;
  deleteProperty(iterators, Symbol.asyncIterator);
  setPrototypeOf(iterators, asyncIteratorPrototype);
  defineProperty(iterators, Symbol.toStringTag, {
    value: 'ReadableStream AsyncIterator',
    configurable: true,
  });
}
