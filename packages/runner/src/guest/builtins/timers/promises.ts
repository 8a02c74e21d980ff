/** `timers/promises`: Node's own JavaScript, over the global functions. */
import * as internals from '../node/internals.ts';

const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } =
  globalThis;
type Start = (callback: () => void, ms: number, ...values: unknown[]) => NodeJS.Timeout;

/** Node's `new Timeout(…)`, which is started at once here. */
const Timeout = function (
  callback: () => void,
  ms: number,
  values: readonly unknown[] = [],
  repeats: boolean,
  holds: boolean,
) {
  const start: Start = repeats ? setInterval : setTimeout;
  const timer = start(callback, ms, ...values);
  return holds ? timer : timer.unref();
};
const Immediate = function (callback: () => void, values: readonly unknown[]) {
  return (setImmediate as (...given: unknown[]) => object)(callback, ...values);
};

const modules = {
  timers: { clearTimeout, clearInterval, clearImmediate },
  'internal/timers': { Timeout, Immediate, insert: (): void => undefined },
  'internal/event_target': { kResistStopPropagation: Symbol('kResistStopPropagation') },
};

export default nodeTimersPromises({ internals, modules });
