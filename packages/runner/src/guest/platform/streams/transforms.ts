import type * as polyfill from 'web-streams-polyfill';
import { bytesIn, isBufferSource } from '../buffers.ts';
import { bytesSlice } from '../natives.ts';

/** The steps of a transformation; each may write chunks with `enqueue`. */
export interface Steps {
  transform(chunk: unknown, enqueue: (value: unknown) => void): void;
  flush(enqueue: (value: unknown) => void): void;
  /** Called when either end is given up before the flush. */
  cancel?(): void;
}

export interface Pair {
  readonly readable: polyfill.ReadableStream;
  readonly writable: polyfill.WritableStream;
}

/** A copy of a chunk, since a script may change it while it is still held. */
export function inputOf(chunk: unknown): Uint8Array {
  if (isBufferSource(chunk)) return bytesSlice(bytesIn(chunk));
  throw new TypeError('A chunk must be an ArrayBuffer or a view of one');
}

/** The two ends of a transformation that the platform itself creates. */
export function transformPair(
  TransformStream: typeof polyfill.TransformStream,
  { transform, flush, cancel }: Steps,
): Pair {
  const { prototype } = TransformStream;
  const bare = <T extends object>(value: T): T => Object.setPrototypeOf(value, null) as T;
  const transformer = bare({
    transform: (chunk: unknown, controller: polyfill.TransformStreamDefaultController<unknown>) =>
      transform(chunk, (value) => controller.enqueue(value)),
    flush: (controller: polyfill.TransformStreamDefaultController<unknown>) =>
      flush((value) => controller.enqueue(value)),
    cancel: () => cancel?.(),
  });
  const stream = new TransformStream(transformer, bare({}), bare({ highWaterMark: 0 }));
  const end = (key: 'readable' | 'writable'): unknown =>
    Reflect.apply(Reflect.getOwnPropertyDescriptor(prototype, key)!.get!, stream, []);
  return { readable: end('readable'), writable: end('writable') } as Pair;
}
