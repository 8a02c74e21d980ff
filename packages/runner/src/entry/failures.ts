import { caps } from '@castellan/protocol/frames';
import { toStrictJson } from '@castellan/protocol/json';
import { defineHidden, stringIncludes, stringSlice } from '../guest/platform/natives.ts';
import { attempt, type Described, insideOf, isError, type Show, textsOf } from './inner-errors.ts';

const { apply } = Reflect;
const { replaceAll } = String.prototype;
const ownFrames = /\n +at [^\n]*(?:castellan:|isolated-vm|node-runner\.js:)[^\n]*/g;

const { defineProperty, keys } = Object;
const { parse } = JSON;
const ErrorOf = Error;
const { indexOf } = String.prototype;

/** What is known about an error that a run failed with. */
export interface Failure extends Described {
  readonly reason: string;
}

/** Errors that were made for the script, with the reason of the failure if it does not catch them. */
const reasonOf = new WeakMap<object, string>();
const { get: lookUp, set: remember } = WeakMap.prototype;

/** An error of the script's realm with a `code`. Its stack has the script's frames only. */
export function codedError(code: string | null, message: string, of = ErrorOf): Error {
  const error = new of(message);
  const define = (key: string, value: string, enumerable: boolean): void => {
    const property = { value, enumerable, configurable: true, writable: true };
    defineProperty(error, key, { __proto__: null, ...property } as PropertyDescriptor);
  };
  if (code !== null) define('code', code, true);
  const { stack } = error;
  if (typeof stack === 'string') {
    define('stack', withoutOwnFrames(stack), false);
  }
  return error;
}

/** What a helper's error tells the script. */
export interface HostError {
  readonly code: string;
  readonly message: string;
  /** Only of errors that were made for scripts: the name, and JSON text of an object of fields. */
  readonly name?: string;
  readonly fields?: string;
}

/** The error of a helper as the script gets it; `origin` was made where the script called. */
export function hostError(told: HostError, origin?: Error): Error {
  const { code, message, name = 'Error', fields } = told;
  const error = codedError(code, message);
  const define = (key: string, value: unknown, enumerable: boolean): void => {
    defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
  };
  if (fields !== undefined) {
    const given = parse(fields) as Record<string, unknown>;
    const names = keys(given);
    for (let index = 0; index < names.length; index++) {
      const key = names[index]!;
      if (!(key in error)) define(key, given[key], true);
    }
  }
  if (name !== 'Error') define('name', name, false);
  const { stack } = origin ?? error;
  if (typeof stack === 'string') {
    const frames = apply(indexOf, stack, ['\n    at ']);
    const own = frames < 0 ? '' : withoutOwnFrames(stringSlice(stack, frames));
    define('stack', `${name}: ${message}${own}`, false);
  }
  return error;
}

/** A script may have replaced what a regular expression needs: its frames are then shown with ours. */
function withoutOwnFrames(stack: string): string {
  return attempt(() => apply(replaceAll, stack, [ownFrames, '']) as string, stack);
}

/** An error of the guest's realm for one that a host callback threw. */
export function errorFromHost(error: unknown): Error {
  return codedError('host_refused', error instanceof Error ? error.message : 'The host refused');
}

/** The class and the `code` of an error that is made for the script. */
export interface RefusalKind {
  readonly name: keyof typeof classes;
  readonly code: string | null;
}

const classes = { Error, TypeError, SyntaxError };

/**
 * The same, with a reason that ends the run if the script does not catch the error. `at` is a place in
 * the script's source, `file:line:column`, that its stack is to show.
 */
export function refusal(
  reason: string,
  message: string,
  { name, code }: RefusalKind = { name: 'Error', code: reason },
  at: string | null = null,
): Error {
  const error = codedError(code, message, classes[name]);
  if (at !== null) {
    const value = `${name}: ${message}\n    at ${at}`;
    defineHidden(error, 'stack', value);
  }
  apply(remember, reasonOf, [error, reason]);
  return error;
}

/**
 * Describes a thrown value. It may be anything: reading it may run the script's code, which may throw,
 * and no such error may leave this function.
 */
export function describe(thrown: unknown, show: Show): Failure {
  const failure = attempt(() => describeError(thrown, show), null) ?? describeOther(thrown, show);
  return {
    __proto__: null,
    ...failure,
    name: stringSlice(failure.name, 0, caps.errorName),
    message: stringSlice(failure.message, 0, caps.errorMessage),
    stack: stringSlice(failure.stack, 0, caps.errorStack),
  } as Failure;
}

function describeError(thrown: unknown, show: Show): Failure | null {
  // Of what will not even tell its name, such as a proxy whose traps throw, the console shows more.
  if (!isError(thrown) || attempt(() => thrown.name, null) === null) return null;
  const texts = textsOf(thrown);
  const inside = insideOf(thrown, show);
  const reason = knownReason(thrown) ?? reasonOfText(texts.name, texts.message);
  return { reason, ...texts, stack: printed(thrown, texts.stack, inside, show), ...inside };
}

/** The stack as Node prints that of an error which nobody catches: with what else is in the error. */
function printed(error: Error, stack: string, inside: object, show: Show): string {
  const own = attempt(() => keys(error), []);
  const isBare = own.length === 0 || (own.length === 1 && own[0] === 'code');
  if (isBare && !('cause' in inside) && !('errors' in inside)) return stack;
  const text = attempt(() => show(error), '');
  const frames = apply(indexOf, stack, ['\n    at ']);
  if (frames >= 0) return stringIncludes(text, stringSlice(stack, frames)) ? text : stack;
  // A stack without frames is shown in brackets.
  const bare = `[${stack}]`;
  const rest = stringSlice(text, bare.length);
  return stringSlice(text, 0, bare.length) === bare ? stack + rest : stack;
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

/** The message of anything that was thrown, if it has one; runs no code of a script's unguarded. */
export function messageOf(thrown: unknown): string {
  const message = attempt(() => (thrown as { message?: unknown } | null)?.message, undefined);
  return stringSlice(typeof message === 'string' ? message : 'it threw', 0, caps.errorMessage);
}

function knownReason(thrown: object): string | undefined {
  return apply(lookUp, reasonOf, [thrown]) as string | undefined;
}

function describeOther(thrown: unknown, show: Show): Failure {
  const message =
    typeof thrown === 'string'
      ? thrown
      : (attempt(() => (thrown === undefined ? 'undefined' : toStrictJson(thrown)), null) ??
        attempt(
          () => apply(replaceAll, show(thrown), [ownFrames, '']) as string,
          'a value that cannot be shown',
        ));
  return { reason: 'uncaught_exception', name: 'NonError', message, stack: '' };
}
