import { createTimerHeap } from './timer-heap.ts';
import type { Entry } from './timer-heap.ts';
import { apply, mapDelete, mapGet, mapSet, max } from './natives.ts';

type Callback = (...values: unknown[]) => unknown;

interface Timer extends Entry {
  readonly id: number;
  readonly callback: Callback;
  readonly values: unknown[];
  /** Milliseconds between two calls of an interval; undefined for a single call. */
  readonly repeatMs: number | undefined;
  readonly kind: TimerKind;
  dueMs: number;
  sequence: number;
}

/**
 * Whose timer it is: the script's, Puppeteer's, that of an `AbortSignal.timeout`, or a task in which the
 * platform delivers a message or an event.
 */
export type TimerKind = 'timer' | 'browser' | 'abort' | TaskKind;
export type TaskKind = 'message' | 'event';

/** What timers need: a clock, an alarm, and a function for the errors of callbacks. */
export interface TimerHost {
  /** How many timers of each kind are armed. */
  readonly armed: Record<TimerKind, number>;
  now(): number;
  /** Schedules a call of `fire` in about `ms` milliseconds; a later call replaces an earlier one. */
  wake(ms: number | null): void;
  report(error: unknown): void;
}

/** The timer functions for scripts, and the functions that the platform itself calls. */
export interface Timers {
  readonly functions: Readonly<Record<string, (...values: never[]) => unknown>>;
  /** Calls at most one callback that is due. The alarm is set exactly while a timer is armed. */
  fire(): void;
  /** Runs `callback` after `ms` milliseconds. */
  startOwn(callback: () => void, ms: number, kind: TaskKind | 'abort'): void;
  /** The same functions for Puppeteer. */
  readonly own: OwnTimers;
}

export interface OwnTimers {
  setTimeout(callback: () => void, ms?: number): number;
  setInterval(callback: () => void, ms?: number): number;
  clearTimeout(id?: number): void;
  clearInterval(id?: number): void;
}

/** The shortest time that a timer waits, as in Node; immediates and tasks do not wait. */
const leastMs = 1;

/** Creates the timers of one global scope. */
export function createTimers(host: TimerHost): Timers {
  const heap = createTimerHeap<Timer>();
  const byId = new Map<number, Timer>();
  let lastId = 0;
  let lastSequence = 0;
  let alarmMs: number | null = null;

  const setAlarm = (): void => {
    const first = heap.first;
    if (first === undefined) {
      if (alarmMs !== null) host.wake(null);
      alarmMs = null;
    } else if (alarmMs === null || first.dueMs < alarmMs) {
      alarmMs = first.dueMs;
      host.wake(max(0, first.dueMs - host.now()));
    }
  };
  const arm = (timer: Timer): void => {
    heap.add(timer);
    mapSet(byId, timer.id, timer);
    host.armed[timer.kind]++;
  };
  const disarm = (timer: Timer): void => {
    heap.remove(timer);
    if (mapDelete(byId, timer.id)) host.armed[timer.kind]--;
  };
  const start = (
    callback: Callback,
    ms: number,
    values: unknown[],
    repeats: boolean,
    kind: TimerKind = 'timer',
  ) => {
    const timer: Timer = {
      id: ++lastId,
      callback,
      values,
      repeatMs: repeats ? ms : undefined,
      kind,
      dueMs: host.now() + ms,
      sequence: ++lastSequence,
      index: -1,
    };
    arm(timer);
    setAlarm();
    return timer.id;
  };
  const clear = (id: unknown, kind: TimerKind = 'timer'): void => {
    const timer = mapGet(byId, toLong(id));
    if (timer === undefined || timer.kind !== kind) return;
    disarm(timer);
    setAlarm();
  };

  const functions = {
    setTimeout(callback: Callback, delay?: unknown, ...values: unknown[]): number {
      assertCallable('setTimeout', callback);
      return start(callback, max(leastMs, toLong(delay)), values, false);
    },
    setInterval(callback: Callback, delay?: unknown, ...values: unknown[]): number {
      assertCallable('setInterval', callback);
      return start(callback, max(leastMs, toLong(delay)), values, true);
    },
    setImmediate(callback: Callback, ...values: unknown[]): number {
      assertCallable('setImmediate', callback);
      return start(callback, 0, values, false);
    },
    clearTimeout: (id?: unknown) => clear(id),
    clearInterval: (id?: unknown) => clear(id),
    clearImmediate: (id?: unknown) => clear(id),
    queueMicrotask(callback: Callback): void {
      assertCallable('queueMicrotask', callback);
      void runSoon(callback, host.report);
    },
  };

  return {
    functions,
    fire() {
      alarmMs = null;
      const timer = heap.first;
      if (timer !== undefined && timer.dueMs <= host.now()) {
        disarm(timer);
        if (timer.repeatMs !== undefined) {
          timer.dueMs = host.now() + timer.repeatMs;
          timer.sequence = ++lastSequence;
          arm(timer);
        }
        try {
          apply(timer.callback, globalThis, timer.values);
        } catch (error) {
          host.report(error);
        }
      }
      setAlarm();
    },
    startOwn(callback, ms, kind) {
      start(callback, ms, [], false, kind);
    },
    own: {
      setTimeout: (callback, ms) => start(callback, max(0, toLong(ms)), [], false, 'browser'),
      setInterval: (callback, ms) => start(callback, max(leastMs, toLong(ms)), [], true, 'browser'),
      clearTimeout: (id) => clear(id, 'browser'),
      clearInterval: (id) => clear(id, 'browser'),
    },
  };
}

/** Calls back in a microtask: awaiting a primitive reads nothing that a script can replace. */
async function runSoon(callback: Callback, report: (error: unknown) => void): Promise<void> {
  await Promise.resolve();
  try {
    callback();
  } catch (error) {
    report(error);
  }
}

function assertCallable(name: string, callback: unknown): void {
  if (typeof callback === 'function') return;
  const got = callback === null ? 'null' : typeof callback;
  throw new TypeError(`${name}: the first argument must be a function, not ${got}`);
}

/** Web IDL's `long`: a whole number of 32 bits that wraps around; NaN counts as 0. */
function toLong(value: unknown): number {
  return Number(value) | 0;
}
