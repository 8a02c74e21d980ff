// What Node's tests take of `test/common`, for a script in an isolate: nothing here reaches a system.
'use strict';
const assert = require('assert');
const { inspect } = require('util');

const calls = [];
const { setTimeout: later, Error } = globalThis;

class Skipped extends Error {}

const counted = (fn, expected, isLeast) => {
  if (typeof fn === 'number') return counted(undefined, fn, isLeast);
  const call = { expected, isLeast, count: 0, where: new Error('a call that is due').stack };
  calls.push(call);
  const run = function (...values) {
    call.count++;
    return fn === undefined ? undefined : Reflect.apply(fn, this, values);
  };
  return Object.defineProperties(run, {
    name: { value: fn?.name ?? '', configurable: true },
    length: { value: fn?.length ?? 0, configurable: true },
  });
};

const mustCall = (fn, expected = 1) => counted(fn, expected, false);
const isMet = ({ expected, isLeast, count }) => (isLeast ? count >= expected : count === expected);

const notToBeCalled = (message = 'this must not be called') =>
  function mustNotCall(...values) {
    assert.fail(`${message}: ${values.map((value) => inspect(value)).join(', ')}`);
  };

const mustSucceed = (fn, expected) =>
  mustCall(function (error, ...values) {
    assert.ifError(error);
    return fn === undefined ? undefined : Reflect.apply(fn, this, values);
  }, expected);

/** How Node ends the message of `ERR_INVALID_ARG_TYPE`. */
function invalidArgTypeHelper(value) {
  if (value === null || value === undefined) return ` Received ${value}`;
  if (typeof value === 'function') return ` Received function ${value.name}`;
  if (typeof value === 'object') {
    const { constructor } = value;
    if (constructor?.name) return ` Received an instance of ${constructor.name}`;
    return ` Received ${inspect(value, { depth: -1 })}`;
  }
  const shown = inspect(value, { colors: false });
  return ` Received type ${typeof value} (${shown.length > 28 ? `${shown.slice(0, 25)}...` : shown})`;
}

/** A validator of errors, for as many throws as are expected. */
function expectsError(validator, exact) {
  return mustCall((...values) => {
    assert.strictEqual(values.length, 1, 'one argument');
    const [error] = values;
    if (typeof validator === 'object' && error?.message !== undefined) {
      for (const [key, value] of Object.entries(validator)) {
        if (value instanceof RegExp) assert.match(error[key], value);
        else assert.deepStrictEqual(error[key], value);
      }
    } else
      assert.throws(() => {
        throw error;
      }, validator);
    return true;
  }, exact);
}

const arrayKinds = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float16Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
];
const viewsOf = ({ buffer, byteOffset, byteLength }) =>
  arrayKinds
    .filter(({ BYTES_PER_ELEMENT: size = 1 }) => byteOffset % size === 0 && byteLength % size === 0)
    .map((Kind) => new Kind(buffer, byteOffset, byteLength / (Kind.BYTES_PER_ELEMENT ?? 1)));

module.exports = {
  mustCall,
  mustCallAtLeast: (fn, least = 1) => counted(fn, least, true),
  mustNotCall: notToBeCalled,
  mustSucceed,
  mustNotMutateObjectDeep: (value) => value,
  expectsError,
  expectWarning() {},
  invalidArgTypeHelper,
  allowGlobals() {},
  disableCrashOnUnhandledRejection() {},
  skipIf32Bits() {},
  skipIfInspectorDisabled() {},
  skip(reason) {
    throw new Skipped(reason);
  },
  printSkipMessage() {},
  platformTimeout: (ms) => Number(ms),
  getArrayBufferViews: viewsOf,
  getBufferSources: (bytes) => [...viewsOf(bytes), new Uint8Array(bytes).buffer],
  hasCrypto: true,
  hasIntl: true,
  hasFullICU: true,
  hasIPv6: false,
  hasInspector: false,
  hasOpenSSL: () => true,
  hasOpenSSL3: true,
  isWindows: false,
  isLinux: true,
  isMacOS: false,
  isOSX: false,
  isAIX: false,
  isIBMi: false,
  isSunOS: false,
  isFreeBSD: false,
  isOpenBSD: false,
  isASan: false,
  isDebug: false,
  isMainThread: true,
  isInsideDirWithUnusualChars: false,
  enoughTestMem: true,
  buildType: 'Release',
  localhostIPv4: '127.0.0.1',
  /** Waits for the calls that are due; for the main file alone. */
  async settled(ms) {
    for (let round = 0; round < 200 && !calls.every(isMet); round++) {
      await new Promise((resolve) => later(resolve, round < 20 ? 1 : 10));
    }
    await new Promise((resolve) => later(resolve, ms));
  },
  unmet: () =>
    calls
      .filter((call) => !isMet(call))
      .map(
        ({ expected, count, where }) => `called ${count} times instead of ${expected}: ${where}`,
      ),
  Skipped,
};
