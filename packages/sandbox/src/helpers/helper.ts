import type { StandardSchemaV1 } from '@standard-schema/spec';

/** `this` inside a helper that is not an arrow function. */
export interface HelperContext {
  /** Aborted when the run ends before the helper has answered, whatever the reason. */
  readonly signal: AbortSignal;
  /** The run that calls. */
  readonly runId: string;
}

/** A function of the embedding program that scripts may call. Arguments are copies of JSON values. */
export type HelperFunction = (this: HelperContext, ...args: never) => unknown;

/** What is checked when a script calls a helper. */
export interface HelperOptions<Args extends readonly unknown[] = readonly unknown[]> {
  /**
   * Validates, and may transform, the array of arguments: the function receives what the schema
   * returns. Any Standard Schema, for example `z.tuple`.
   */
  readonly args?: StandardSchemaV1<unknown, Args>;
  /** Validates, and may transform, the return value. */
  readonly result?: StandardSchemaV1;
}

/** A helper with its options, as made by `helper()` and `sync()`. */
export class DeclaredHelper {
  /** The function itself. */
  readonly run: HelperFunction;
  /** Whether the script calls it without `await`. */
  readonly isSync: boolean;
  /** Its schemas. */
  readonly options: HelperOptions;

  constructor(run: HelperFunction, isSync: boolean, options: HelperOptions) {
    this.run = run;
    this.isSync = isSync;
    this.options = options;
  }
}

/** Declares an asynchronous helper, optionally with schemas for its arguments and its return value. */
export function helper<Args extends readonly unknown[]>(
  run: (this: HelperContext, ...args: Args) => unknown,
  options: HelperOptions<Args> = {},
): DeclaredHelper {
  return new DeclaredHelper(run, false, options);
}

/**
 * Declares a helper that the script calls without `await`: the whole box blocks until it has answered.
 * The function itself may be asynchronous.
 */
export function sync<Args extends readonly unknown[]>(
  run: (this: HelperContext, ...args: Args) => unknown,
  options: HelperOptions<Args> = {},
): DeclaredHelper {
  return new DeclaredHelper(run, true, options);
}

/** Helpers by name; groups are objects of helpers. A plain function is an asynchronous helper. */
export interface Helpers {
  /** A helper, or a group of them. */
  readonly [name: string]: HelperFunction | DeclaredHelper | Helpers;
}
