import type * as polyfill from 'web-streams-polyfill';
import { refuse } from '../clone-late.ts';
import { uncurry } from '../natives.ts';
import type { Realm } from '../realm.ts';

/**
 * Lets `structuredClone` transfer streams: the original is locked for good, and the new stream
 * takes clones of its chunks.
 */
export function createTransfer(
  { clonable, structuredClone }: Realm,
  { ReadableStream, WritableStream }: typeof polyfill,
  isReadable: (value: unknown) => boolean,
): void {
  const getReader = uncurry(ReadableStream.prototype.getReader) as unknown as (
    stream: object,
  ) => polyfill.ReadableStreamDefaultReader;
  const getWriter = uncurry(WritableStream.prototype.getWriter) as unknown as (
    stream: object,
  ) => polyfill.WritableStreamDefaultWriter;

  const readableFrom = (value: object): (() => object) => {
    if ((value as polyfill.ReadableStream).locked) refuse('The stream is locked.');
    const reader = getReader(value);
    return () =>
      new ReadableStream(
        {
          async pull(controller) {
            const next: { done: boolean; value?: unknown } = await reader.read();
            if (next.done) controller.close();
            else controller.enqueue(structuredClone(next.value));
          },
          cancel: (reason: unknown) => reader.cancel(reason),
        },
        { highWaterMark: 0 },
      );
  };
  const writableFrom = (value: object): (() => object) => {
    if ((value as polyfill.WritableStream).locked) refuse('The stream is locked.');
    const writer = getWriter(value);
    return () =>
      new WritableStream({
        async write(chunk) {
          await writer.ready;
          await writer.write(structuredClone(chunk));
        },
        close: () => writer.close(),
        abort: (reason: unknown) => writer.abort(reason),
      });
  };
  clonable(ReadableStream.prototype, {
    transfer: (value) => (isReadable(value) ? readableFrom(value) : undefined),
  });
  clonable(WritableStream.prototype, { transfer: writableFrom });
}
