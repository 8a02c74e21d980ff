import { caps } from '@castellan/protocol/frames';
import { toStrictJson } from '@castellan/protocol/json';
import { stringSlice } from '../guest/platform/natives.ts';

const { apply } = Reflect;
const { replaceAll } = String.prototype;
const ownFrames = /\n +at [^\n]*(?:castellan:|isolated-vm|node-runner\.js:)[^\n]*/g;

const { defineProperty } = Object;

/** What is known about an error that a run failed with. */
export interface Failure {
  readonly reason: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** Errors that were made for the script, with the reason of the failure if it does not catch them. */
const reasonOf = new WeakMap<object, string>();
const { get: lookUp, set: remember } = WeakMap.prototype;

/** An error of the script's realm with a `code`. Its stack has the script's frames only. */
export function codedError(code: string, message: string): Error {
  const error = new Error(message);
  const define = (key: string, value: string, enumerable: boolean): void => {
    defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
  };
  define('code', code, true);
  const { stack } = error;
  if (typeof stack === 'string') {
    define('stack', apply(replaceAll, stack, [ownFrames, '']) as string, false);
  }
  return error;
}

/** The same with the stack of `origin`: where the script made the call that failed. */
export function codedErrorAt(origin: Error, code: string, message: string): Error {
  const error = codedError(code, message);
  const { stack } = origin;
  if (typeof stack === 'string') {
    const frames = apply(replaceAll, stack, [/^(?!\s+at ).*\n?/gm, '']) as string;
    const own = apply(replaceAll, `\n${frames}`, [ownFrames, '']) as string;
    const value = `Error: ${message}${own}`;
    defineProperty(error, 'stack', { value, configurable: true, writable: true });
  }
  return error;
}

/** An error of the guest's realm for one that a host callback threw. */
export function errorFromHost(error: unknown): Error {
  return codedError('host_refused', error instanceof Error ? error.message : 'The host refused');
}

/** The same, with a reason that ends the run if the script does not catch the error. */
export function refusal(reason: string, message: string): Error {
  const error = codedError(reason, message);
  reasonOf.set(error, reason);
  return error;
}

/**
 * Describes a thrown value. It may be anything: reading it may run the script's code, which may throw,
 * and no such error may leave this function.
 */
export function describe(thrown: unknown, inspect: (value: unknown) => string): Failure {
  const failure = attempt(() => describeError(thrown), null) ?? describeOther(thrown, inspect);
  return {
    reason: failure.reason,
    name: stringSlice(failure.name, 0, caps.errorName),
    message: stringSlice(failure.message, 0, caps.errorMessage),
    stack: stringSlice(failure.stack, 0, caps.errorStack),
  };
}

function describeError(thrown: unknown): Failure | null {
  if (!(thrown instanceof Error)) return null;
  const read = (key: 'name' | 'message' | 'stack', otherwise: string): string =>
    attempt(() => {
      const value: unknown = thrown[key];
      return typeof value === 'string' ? value : otherwise;
    }, otherwise);
  const name = read('name', 'Error');
  const message = read('message', '');
  const stack = read('stack', `${name}: ${message}`);
  const reason = knownReason(thrown) ?? reasonOfText(name, message);
  return { reason, name, message, stack: stack + causesOf(thrown) };
}

/**
 * What an error is called that reads as if V8 could not allocate a buffer. A script can write that
 * text too, so that it is no reason yet: whoever measures the memory decides.
 */
export const allocationFailed = 'allocation_failed';

export function reasonOfText(name: string, message: string): string {
  const isAllocation =
    name === 'RangeError' && /^Array buffer allocation failed$|: Out of memory$/.test(message);
  return isAllocation ? allocationFailed : 'uncaught_exception';
}

/** Remembers that the engine itself refused memory with this error. */
export function refusedMemory(error: object): void {
  apply(remember, reasonOf, [error, 'out_of_memory']);
}

function causesOf(error: Error): string {
  let text = '';
  let { cause } = error;
  for (let depth = 0; depth < 4 && cause instanceof Error; depth++) {
    const { stack } = cause;
    text += `\n[cause]: ${typeof stack === 'string' ? stack : ''}`;
    ({ cause } = cause);
  }
  return text;
}

function knownReason(thrown: object): string | undefined {
  return Reflect.apply(lookUp, reasonOf, [thrown]) as string | undefined;
}

function describeOther(thrown: unknown, inspect: (value: unknown) => string): Failure {
  const message =
    typeof thrown === 'string'
      ? thrown
      : (attempt(() => (thrown === undefined ? 'undefined' : toStrictJson(thrown)), null) ??
        attempt(
          () => apply(replaceAll, inspect(thrown), [ownFrames, '']) as string,
          'a value that cannot be shown',
        ));
  return { reason: 'uncaught_exception', name: 'NonError', message, stack: '' };
}

function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
