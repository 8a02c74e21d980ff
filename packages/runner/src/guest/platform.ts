import { createAbort } from './platform/abort.ts';
import { atob, btoa } from './platform/base64.ts';
import { createStructuredClone } from './platform/clone.ts';
import { createPerformance } from './platform/clock.ts';
import { createConsole } from './platform/console.ts';
import { DOMException } from './platform/dom-exception.ts';
import { TextDecoder, TextEncoder } from './platform/encoding.ts';
import { createEventTarget } from './platform/event-target.ts';
import { createEvents } from './platform/events.ts';
import { exposeOn } from './platform/expose.ts';
import { cutText, inspectValue } from './platform/format.ts';
import type { HeaderPair, PlatformHost, TransportEvents } from './platform/host.ts';
import type { OwnPending } from '../entry/pending.ts';
import { connectLibraries, inspectLibrary } from './platform/lazy.ts';
import { defineHidden, deleteProperty, mapGet, setHas } from './platform/natives.ts';
import { createNavigator } from './platform/navigator.ts';
import { createRecordedProxy } from './platform/proxy.ts';
import { createLibraries } from './own-libraries.ts';
import type { Clonable, Realm } from './platform/realm.ts';
import { QuotaExceededError } from './platform/quota-exceeded-error.ts';
import { defineScopeEvents } from './platform/scope-events.ts';
import { createTimers, type OwnTimers } from './platform/timers.ts';

/** The platform's interface towards the runner. */
export interface Platform {
  /**
   * Runs at most one timer callback that is due, then sets the alarm again, so that microtasks
   * run between two timers. What a callback throws goes to `onError`.
   */
  fireTimer(): void;
  /** The text that `console.log` prints for a value, at most `maxTextLength` units; never throws. */
  inspect(value: unknown): string;
  /** Loads lazy globals now, by the names that `lazyGlobalsIn` returns. */
  define(names: readonly string[]): void;
  /** Timers for the guest's own code: they do not count as the script's. */
  readonly ownTimers: OwnTimers;
  /** Gives a request headers that scripts may not set. */
  setHeaders(request: Request, headers: readonly HeaderPair[]): void;
  /** Takes the answers to requests of the transport. */
  readonly fetchEvents: TransportEvents;
  /** Takes the answer to a call of `CryptoHost.crypto`: `replyJson` is JSON text of a `CryptoReply`. */
  onCrypto(id: number, replyJson: string, bytes: Uint8Array<ArrayBuffer>): void;
}

export interface PlatformOptions {
  /** UTF-16 units of the longest text that crosses to the host. */
  readonly maxTextLength: number;
  /** Takes what was thrown where no script could catch it. */
  onError(error: unknown): void;
}

/** Connects a defined platform to its host; to be called once, when the context runs. */
export type ConnectPlatform = (host: PlatformHost, options: PlatformOptions) => Platform;

/** Shared memory and WebAssembly. V8 adds some of these again whenever a context starts. */
const withheld = ['WebAssembly', 'SharedArrayBuffer', 'Atomics'] as const;

/**
 * Defines every global of the platform on `global`, without a host, so that it can be part of a
 * startup snapshot, and counts in `pending` what a script waits for. Until the result is called, log lines are dropped and time stands still.
 */
export function definePlatform(global: typeof globalThis, pending: OwnPending): ConnectPlatform {
  let host: Omit<PlatformHost, 'library' | 'convert'> = { log() {}, wake() {}, now: () => 0 };
  let options: PlatformOptions = { maxTextLength: 0, onError() {} };
  let originMs = 0;
  let originTime = 0;

  const now = (): number => host.now() - originMs;
  const reportError = (error: unknown): void => report(error);
  const report = (error: unknown): void => dispatchError(error);
  const cut = (text: string): string => cutText(text, options.maxTextLength);

  const expose = exposeOn(global);
  const console = createConsole({ log: (level, text) => host.log(level, text), cut, now });
  // Those of `AbortSignal.timeout` keep no run going, as in Node: they are not enumerable.
  const armed = pending as typeof pending & { abort: number };
  defineHidden(armed, 'abort', 0);
  const timers = createTimers({
    now,
    wake: (ms, holds) => host.wake(ms, holds),
    report,
    warn: (text) => console.warn(text),
    armed,
  });
  for (const ctor of timers.classes) expose.mask(ctor);
  const events = createEvents(now);
  const { EventTarget, scopeTarget } = createEventTarget(events, report);
  const { AbortController, AbortSignal } = createAbort(events, EventTarget, (callback, ms) =>
    timers.startOwn(callback, ms, 'abort'),
  );
  const { Performance, performance } = createPerformance(
    { now, timeOrigin: () => originTime, timeline: () => libraries.timeline().methods },
    EventTarget,
  );
  const { Navigator, navigator } = createNavigator();
  const { Proxy, isProxy } = createRecordedProxy(() => inspectLibrary().Proxy);

  const { Event, CustomEvent, ErrorEvent } = events;
  const uncloneable = new Set<object>();
  for (const { prototype } of [
    Event,
    EventTarget,
    AbortController,
    TextDecoder,
    TextEncoder,
    Performance,
    Navigator,
  ]) {
    uncloneable.add(prototype as object);
  }
  const clonables = new Map<object, Clonable>();
  const structuredClone = createStructuredClone({
    isRefusedPrototype: (value) => setHas(uncloneable, value),
    isProxy,
    clonable: (prototype) => mapGet(clonables, prototype),
  });

  for (const method of Object.values(console) as object[]) expose.mask(method);
  expose.mask(Proxy);
  expose.shape('Navigator', Navigator);
  expose.interfaces({ AbortController, AbortSignal, DOMException, Performance });
  expose.interfaces({ QuotaExceededError });
  expose.interfaces({ Event, CustomEvent, ErrorEvent, EventTarget });
  expose.interfaces({ TextDecoder, TextEncoder });
  const libraries = createLibraries(() => realm, { AbortController, DOMException });
  const realm: Realm = {
    ...libraries,
    AbortController,
    AbortSignal,
    EventTarget,
    events,
    now,
    startOwn: timers.startOwn,
    pending,
    report,
    structuredClone,
    clonable: (prototype, how) => void clonables.set(prototype, how),
    digest: (hash, bytes) => libraries.crypto().digest(hash, bytes),
    location: () => (global as { location?: unknown }).location,
    randomUuid: () => libraries.crypto().randomUuid(),
    native: () => host.native,
    transport: () => host.transport,
    cryptoHost: () => host.crypto,
  };
  libraries.expose(expose, (ctor) => {
    const { prototype } = ctor as { prototype: object };
    if (mapGet(clonables, prototype)?.clone === undefined) uncloneable.add(prototype);
  });
  expose.operations({ ...timers.functions, atob, btoa, structuredClone, reportError });
  expose.value('console', console);
  expose.value('navigator', navigator);
  expose.value('performance', performance);
  expose.value('self', global);
  expose.value('Proxy', Proxy);
  const dispatchError = defineScopeEvents(global, events, scopeTarget(global), expose, (error) =>
    options.onError(error),
  );

  return (connectedHost, connectedOptions) => {
    host = connectedHost;
    connectLibraries(connectedHost.library, connectedHost.convert);
    options = connectedOptions;
    originMs = host.now();
    originTime = Date.now();
    for (const name of withheld) deleteProperty(global, name);
    return {
      fireTimer: timers.fire,
      ownTimers: timers.own,
      inspect: (value) => cut(inspectValue(value)),
      define(names) {
        for (const name of names) void (global as unknown as Record<string, unknown>)[name];
      },
      setHeaders: (request, headers) => libraries.fetch().setHeaders(request, headers),
      get fetchEvents() {
        return libraries.fetch().events ?? noEvents;
      },
      onCrypto: (id, replyJson, bytes) => libraries.crypto().onCrypto(id, replyJson, bytes),
    };
  };
}

/** Takes the answers where there is no network, so that there are none. */
const noEvents: TransportEvents = {
  onHead() {},
  onChunk() {},
  onEnd() {},
  onError() {},
  onCredit() {},
};
