'use strict';

/*
 * Scripts have two packages in mind. `await sleep(ms)` gives others their turn. Like the functions
 * of the native package, `sleep.sleep(s)`, `sleep.msleep(ms)` and `sleep.usleep(us)` hold everything
 * up until they return. The runner waits without using the processor: only `wallMs` counts them.
 */

/** `castellan` is what the bundles of a runtime have besides the globals; Node itself can wait too. */
const hold =
  typeof castellan === 'undefined'
    ? (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
    : (ms) => castellan.sleep(ms);

function wait(name, value, perMs) {
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) {
    throw new RangeError(`${name}() takes a number from 0, not ${String(value)}`);
  }
  hold(number / perMs);
}

module.exports = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
module.exports.sleep = (seconds) => wait('sleep', seconds, 1 / 1_000);
module.exports.msleep = (milliseconds) => wait('msleep', milliseconds, 1);
module.exports.usleep = (microseconds) => wait('usleep', microseconds, 1_000);
