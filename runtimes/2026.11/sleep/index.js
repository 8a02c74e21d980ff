'use strict';

/*
 * Like the native package of this name, these hold everything up until they return. The runner
 * waits without using the processor, so that only `wallMs` counts them. There is nothing to await;
 * awaiting the result does no harm.
 */

/** `castellan` is what the bundles of a runtime have besides the globals. */
function wait(name, value, perMs) {
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) {
    throw new RangeError(`${name}() takes a number from 0, not ${String(value)}`);
  }
  castellan.sleep(number / perMs);
}

exports.sleep = (seconds) => wait('sleep', seconds, 1 / 1_000);
exports.msleep = (milliseconds) => wait('msleep', milliseconds, 1);
exports.usleep = (microseconds) => wait('usleep', microseconds, 1_000);
