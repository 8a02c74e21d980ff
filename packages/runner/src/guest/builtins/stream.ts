/** `stream`: Node's own JavaScript. Web streams are not converted. */
import buffer from './buffer.ts';
import events from './events.ts';
import * as internals from './node/internals.ts';
import string_decoder from './string-decoder.ts';

/** Node's own makes a Buffer without a look at its arguments. */
const FastBuffer = function (memory: ArrayBuffer, offset: number, length: number) {
  return buffer.Buffer.from(memory, offset, length);
};

/** No work is followed here from where it was begun. */
class AsyncResource {
  runInAsyncScope<T>(fn: (...values: unknown[]) => T, self: unknown, ...values: unknown[]): T {
    return Reflect.apply(fn, self, values);
  }
}

const modules = {
  async_hooks: { AsyncResource },
  buffer,
  events,
  string_decoder,
  'internal/abort_controller': { AbortController, AbortSignal },
  'internal/assert': internals.assert,
  'internal/async_context_frame': { current: (): undefined => undefined },
  'internal/blob': { isBlob: (value: unknown): boolean => value instanceof Blob },
  'internal/buffer': { FastBuffer },
  'internal/event_target': {
    kWeakHandler: Symbol('kWeak'),
    kResistStopPropagation: Symbol('kResistStopPropagation'),
  },
  'internal/process/task_queues': { queueMicrotask: globalThis.queueMicrotask },
  'internal/webstreams/adapters': {},
};

export default nodeStream({ internals, modules });
