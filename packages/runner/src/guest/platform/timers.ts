import { apply, mapDelete, mapGet, mapSet, max } from './natives.ts';
import { assertCallable, durations, leastMs } from './timer-arguments.ts';
import { createHandles } from './timer-handles.ts';
import type { Callback, Handled } from './words/timers.ts';
import { createTimerHeap, type Entry } from './timer-heap.ts';

interface Timer extends Entry, Handled {
  readonly kind: TimerKind;
  /** What the callback has as its `this`. */
  handle: object | undefined;
  dueMs: number;
  sequence: number;
}

/**
 * Whose timer it is: the script's, Puppeteer's, that of an `AbortSignal.timeout`, or a task in which the
 * platform delivers a message or an event.
 */
export type TimerKind = 'timer' | 'browser' | 'abort' | TaskKind;
export type TaskKind = 'message' | 'event';

/** What timers need: a clock, an alarm, and functions for warnings and the errors of callbacks. */
export interface TimerHost {
  /** How many timers of each kind are armed, without those that hold no run. */
  readonly armed: Record<TimerKind, number>;
  now(): number;
  /**
   * Schedules a call of `fire` in about `ms` milliseconds; a later call replaces an earlier one. A run that waits
   * for nothing else ends before it, unless the alarm `holds` it.
   */
  wake(ms: number | null, holds: boolean): void;
  report(error: unknown): void;
  warn(text: string): void;
}

/** The timer functions for scripts, and the functions that the platform itself calls. */
export interface Timers {
  readonly functions: Readonly<Record<string, (...values: never[]) => unknown>>;
  /** Classes of what the functions return. */
  readonly classes: readonly object[];
  /** Calls at most one callback that is due. The alarm is set exactly while a timer is armed. */
  fire(): void;
  /** Runs `callback` after `ms` milliseconds. */
  startOwn(callback: () => void, ms: number, kind: TaskKind | 'abort'): void;
  /** The same functions for Puppeteer, with numbers for timers. */
  readonly own: OwnTimers;
}

export interface OwnTimers {
  setTimeout(callback: () => void, ms?: number): number;
  setInterval(callback: () => void, ms?: number): number;
  clearTimeout(id?: number): void;
  clearInterval(id?: number): void;
}

/** Creates the timers of one global scope. */
export function createTimers(host: TimerHost): Timers {
  const heap = createTimerHeap<Timer>();
  /** Those that a number stands for. */
  const numbered = new Map<number, Timer>();
  let lastId = 0;
  let lastSequence = 0;
  let alarmMs: number | null = null;
  let isAlarmHeld = false;
  /** How many timers are armed that hold the run. */
  let holding = 0;

  const setAlarm = (): void => {
    const first = heap.first;
    if (first === undefined) {
      if (alarmMs !== null) host.wake(null, false);
      alarmMs = null;
    } else if (alarmMs === null || first.dueMs < alarmMs || (isAlarmHeld && holding === 0)) {
      alarmMs = first.dueMs;
      isAlarmHeld = holding > 0;
      host.wake(max(0, first.dueMs - host.now()), isAlarmHeld);
    }
  };
  const count = ({ kind, holds }: Timer, by: number): void => {
    if (!holds) return;
    host.armed[kind] += by;
    if (kind !== 'abort') holding += by;
  };
  const arm = (timer: Timer, startMs = host.now()): void => {
    timer.startMs = startMs;
    timer.dueMs = startMs + timer.ms;
    timer.sequence = ++lastSequence;
    timer.isDestroyed = false;
    heap.add(timer);
    count(timer, 1);
  };
  const disarm = (timer: Timer): void => {
    if (timer.index < 0) return;
    heap.remove(timer);
    count(timer, -1);
  };
  /** It is neither armed nor to be armed by itself again. */
  const end = (timer: Timer): void => {
    timer.isDestroyed = true;
    if (timer.isNumbered) mapDelete(numbered, timer.id);
  };
  const start = (
    callback: Callback,
    ms: number,
    values: unknown[],
    repeats: boolean,
    kind: TimerKind = 'timer',
  ): Timer => {
    const timer: Timer = {
      id: ++lastId,
      callback,
      values,
      ms,
      repeatMs: repeats ? ms : null,
      kind,
      handle: undefined,
      startMs: 0,
      dueMs: 0,
      sequence: 0,
      index: -1,
      holds: true,
      isDestroyed: false,
      isImmediate: ms === 0 && kind === 'timer',
      isNumbered: false,
    };
    arm(timer);
    setAlarm();
    return timer;
  };
  const clear = (timer: Timer | undefined): void => {
    if (timer === undefined) return;
    timer.callback = null;
    timer.values = [];
    if (timer.isDestroyed) return;
    disarm(timer);
    end(timer);
    timer.ms = -1;
    setAlarm();
  };
  const numberOf = (timer: Timer): number => {
    if (!timer.isNumbered) mapSet(numbered, timer.id, timer);
    timer.isNumbered = true;
    return timer.id;
  };
  const numberedAs = (id: unknown, kind: TimerKind): Timer | undefined => {
    const timer = mapGet(numbered, Number(id));
    return timer?.kind === kind ? timer : undefined;
  };
  const handles = createHandles<Timer>({
    clear,
    numberOf,
    hold(timer, holds) {
      if (timer.holds === holds) return;
      if (timer.index >= 0) count(timer, -1);
      timer.holds = holds;
      if (timer.index >= 0) count(timer, 1);
      setAlarm();
    },
    restart(timer) {
      if (timer.ms < 0) return;
      disarm(timer);
      arm(timer);
      setAlarm();
    },
  });
  const timed = (timer: Timer): object => (timer.handle = handles.timeout(timer));
  const clearTimed = (value: unknown): void => {
    const isNumber = typeof value === 'number' || typeof value === 'string';
    clear(isNumber ? numberedAs(value, 'timer') : handles.ofTimeout(value));
  };
  const durationOf = durations(host.warn);

  const functions = {
    setTimeout(callback: Callback, delay?: unknown, ...values: unknown[]): object {
      assertCallable(callback);
      return timed(start(callback, durationOf(delay), values, false));
    },
    setInterval(callback: Callback, delay?: unknown, ...values: unknown[]): object {
      assertCallable(callback);
      return timed(start(callback, durationOf(delay), values, true));
    },
    setImmediate(callback: Callback, ...values: unknown[]): object {
      assertCallable(callback);
      const timer = start(callback, 0, values, false);
      return (timer.handle = handles.immediate(timer));
    },
    clearTimeout: (timer?: unknown) => clearTimed(timer),
    clearInterval: (timer?: unknown) => clearTimed(timer),
    clearImmediate: (immediate?: unknown) => clear(handles.ofImmediate(immediate)),
    queueMicrotask(callback: Callback): void {
      assertCallable(callback);
      void runSoon(callback, host.report);
    },
  };

  return {
    functions,
    classes: handles.classes,
    fire() {
      alarmMs = null;
      const timer = heap.first;
      const nowMs = host.now();
      if (timer !== undefined && timer.dueMs <= nowMs) {
        disarm(timer);
        call(timer);
        // It may have been cleared or started anew by its own callback.
        if (timer.index < 0 && !timer.isDestroyed) {
          if (timer.repeatMs === null || timer.ms < 0) end(timer);
          else {
            timer.ms = max(leastMs, timer.repeatMs);
            arm(timer, nowMs);
          }
        }
      }
      setAlarm();
    },
    startOwn(callback, ms, kind) {
      start(callback, ms, [], false, kind);
    },
    own: {
      setTimeout: (callback, ms = 0) => numberOf(start(callback, max(0, ms), [], false, 'browser')),
      setInterval: (callback, ms = 0) =>
        numberOf(start(callback, max(leastMs, ms), [], true, 'browser')),
      clearTimeout: (id) => clear(numberedAs(id, 'browser')),
      clearInterval: (id) => clear(numberedAs(id, 'browser')),
    },
  };

  function call({ callback, handle, values }: Timer): void {
    if (!callback) return;
    try {
      apply(callback, handle, values);
    } catch (error) {
      host.report(error);
    }
  }
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
