/** `events`: the library, and what Node has added since. `captureRejections` is not supported. */
import EventEmitter from 'events/';
import { abortError, outOfRange, wrongType } from './errors.ts';

type Listener = (...values: unknown[]) => void;
type Source = InstanceType<typeof EventEmitter> | EventTarget;
interface Options {
  readonly signal?: AbortSignal;
  /** Names of events that end the iteration. */
  readonly close?: readonly string[];
}

const errorMonitor = Symbol('events.errorMonitor');
const emitPlain = EventEmitter.prototype.emit;

/** Listeners to `errorMonitor` are called before an error is handled or thrown. */
Object.defineProperty(EventEmitter.prototype, 'emit', {
  writable: true,
  configurable: true,
  value: function emit(
    this: InstanceType<typeof EventEmitter>,
    name: string | symbol,
    ...values: unknown[]
  ): boolean {
    if (name === 'error' && this.listenerCount(errorMonitor) > 0) {
      Reflect.apply(emitPlain, this, [errorMonitor, ...values]);
    }
    return Reflect.apply(emitPlain, this, [name, ...values]);
  },
});

function isTarget(source: unknown): source is EventTarget {
  return typeof (source as EventTarget | null)?.addEventListener === 'function';
}

function listen(source: Source, name: string, listener: Listener, isOnce = false): () => void {
  if (isTarget(source)) {
    source.addEventListener(name, listener, { once: isOnce });
    return () => source.removeEventListener(name, listener);
  }
  if (typeof source?.on !== 'function') {
    throw wrongType('emitter', 'EventEmitter', source);
  }
  source[isOnce ? 'once' : 'on'](name, listener);
  return () => void source.removeListener(name, listener);
}

/** Resolves with the arguments of the next event; rejects when `error` comes first. */
async function once(source: Source, name: string, { signal }: Options = {}): Promise<unknown[]> {
  if (signal?.aborted === true) throw abortError(signal);
  const { promise, resolve, reject } = Promise.withResolvers<unknown[]>();
  const stops = [listen(source, name, (...values) => resolve(values), true)];
  if (name !== 'error' && !isTarget(source)) {
    stops.push(listen(source, 'error', (error) => reject(error), true));
  }
  if (signal !== undefined)
    stops.push(listen(signal, 'abort', () => reject(abortError(signal)), true));
  try {
    return await promise;
  } finally {
    for (const stop of stops) stop();
  }
}

/** Yields all events of a name; ends with `close` events, throws on `error` and on abort. */
async function* on(source: Source, name: string, options: Options = {}): AsyncGenerator<unknown[]> {
  const { signal, close = [] } = options;
  if (signal?.aborted === true) throw abortError(signal);
  const waiting: unknown[][] = [];
  let wake = Promise.withResolvers<void>();
  let failure: { readonly error: unknown } | undefined;
  let isClosed = false;
  const after =
    (change: Listener): Listener =>
    (...values) => {
      change(...values);
      wake.resolve();
    };
  const fail = (error: unknown): void => void (failure ??= { error });
  const stops = [
    listen(
      source,
      name,
      after((...values) => waiting.push(values)),
    ),
  ];
  if (name !== 'error' && !isTarget(source)) stops.push(listen(source, 'error', after(fail)));
  for (const end of close)
    stops.push(
      listen(
        source,
        end,
        after(() => (isClosed = true)),
      ),
    );
  if (signal !== undefined)
    stops.push(
      listen(
        signal,
        'abort',
        after(() => fail(abortError(signal))),
      ),
    );
  try {
    for (;;) {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
      if (failure !== undefined) throw failure.error;
      if (isClosed) return;
      await wake.promise;
      wake = Promise.withResolvers();
    }
  } finally {
    for (const stop of stops) stop();
  }
}

/** Starts to listen at the call of `on` already, not at the first `next()`. */
function startListening(
  source: Source,
  name: string,
  options?: Options,
): AsyncGenerator<unknown[]> {
  const events = on(source, name, options);
  const first = events.next();
  first.catch(() => undefined);
  let given: Promise<IteratorResult<unknown[]>> | undefined = first;
  const next = async (): Promise<IteratorResult<unknown[]>> => {
    const result = given ?? events.next();
    given = undefined;
    return result;
  };
  return Object.assign(Object.create(events) as AsyncGenerator<unknown[]>, {
    next,
    return: async (value: unknown) => events.return(value),
    throw: async (error: unknown) => events.throw(error),
  });
}

function setMaxListeners(count = 10, ...emitters: InstanceType<typeof EventEmitter>[]): void {
  if (typeof count !== 'number' || !(count >= 0))
    throw outOfRange('setMaxListeners', 'a non-negative number', count);
  if (emitters.length === 0) EventEmitter.defaultMaxListeners = count;
  for (const emitter of emitters) if (!isTarget(emitter)) emitter.setMaxListeners(count);
}

function addAbortListener(signal: AbortSignal, listener: (event: Event) => void): Disposable {
  if (signal.aborted) queueMicrotask(() => listener(new Event('abort')));
  const stop = listen(signal, 'abort', listener as Listener, true);
  return { [Symbol.dispose]: stop };
}

export default Object.assign(EventEmitter, {
  EventEmitter,
  errorMonitor,
  captureRejectionSymbol: Symbol.for('nodejs.rejection'),
  once,
  on: startListening,
  getEventListeners: (emitter: InstanceType<typeof EventEmitter>, name: string | symbol) =>
    emitter.listeners(name),
  getMaxListeners: (emitter: InstanceType<typeof EventEmitter>) => emitter.getMaxListeners(),
  setMaxListeners,
  addAbortListener,
});
