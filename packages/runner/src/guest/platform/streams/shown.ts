import type * as polyfill from 'web-streams-polyfill';
import { showMembers } from '../format.ts';

/** What Node shows of its streams, and the library keeps in members of these names. */
interface Internals {
  readonly _state: string;
  readonly _backpressure: boolean;
  readonly _readableStreamController: object;
  readonly _ownerReadableStream?: object;
  readonly _ownerWritableStream?: object;
  readonly _controlledWritableStream: object;
  readonly _controlledTransformStream: object;
  readonly _associatedReadableByteStreamController?: object;
  readonly _readRequests: { readonly length: number };
  readonly _readIntoRequests: { readonly length: number };
  readonly _closedPromise: Promise<void>;
  readonly _readyPromise: Promise<void>;
}

/** Makes `console` show streams, their readers, writers and controllers as Node does. */
export function showStreams(classes: typeof polyfill): void {
  /* oxlint-disable no-underscore-dangle */
  const shown: Record<string, (self: never) => object> = {
    ReadableStream: (self: polyfill.ReadableStream & Internals) => ({
      locked: self.locked,
      state: self._state,
      supportsBYOB: self._readableStreamController instanceof classes.ReadableByteStreamController,
    }),
    ReadableStreamDefaultReader: (self: Internals) => ({
      stream: self._ownerReadableStream,
      readRequests: self._readRequests.length,
      close: self._closedPromise,
    }),
    ReadableStreamBYOBReader: (self: Internals) => ({
      stream: self._ownerReadableStream,
      readIntoRequests: self._readIntoRequests.length,
      close: self._closedPromise,
    }),
    ReadableStreamBYOBRequest: (self: polyfill.ReadableStreamBYOBRequest & Internals) => ({
      view: self.view,
      controller: self._associatedReadableByteStreamController,
    }),
    ReadableStreamDefaultController: () => ({}),
    ReadableByteStreamController: () => ({}),
    WritableStream: (self: polyfill.WritableStream & Internals) => ({
      locked: self.locked,
      state: self._state,
    }),
    WritableStreamDefaultWriter: (self: polyfill.WritableStreamDefaultWriter & Internals) => ({
      stream: self._ownerWritableStream,
      close: self._closedPromise,
      ready: self._readyPromise,
      desiredSize: self._ownerWritableStream === undefined ? null : self.desiredSize,
    }),
    WritableStreamDefaultController: (self: Internals) => ({
      stream: self._controlledWritableStream,
    }),
    TransformStream: (self: polyfill.TransformStream & Internals) => ({
      readable: self.readable,
      writable: self.writable,
      backpressure: self._backpressure,
    }),
    TransformStreamDefaultController: (self: Internals) => ({
      stream: self._controlledTransformStream,
    }),
    ByteLengthQueuingStrategy: ({ highWaterMark }: polyfill.ByteLengthQueuingStrategy) => ({
      highWaterMark,
    }),
    CountQueuingStrategy: ({ highWaterMark }: polyfill.CountQueuingStrategy) => ({
      highWaterMark,
    }),
  } satisfies Record<Exclude<keyof typeof polyfill, 'default'>, (self: never) => object>;
  /* oxlint-enable no-underscore-dangle */
  const byName = classes as unknown as Record<string, abstract new () => never>;
  for (const [name, members] of Object.entries(shown)) showMembers(byName[name]!, members, name);
}
