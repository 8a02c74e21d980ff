import type { StandardSchemaV1 } from '@standard-schema/spec';

/** What a helper finds as `this`, when it is no arrow function. */
export interface HelperContext {
  /** Aborted when the run ends in any way before the helper has answered. */
  readonly signal: AbortSignal;
  readonly runId: string;
}

/** A function of the host's that scripts may call. Arguments arrive as copies, JSON values only. */
export type HelperFunction = (this: HelperContext, ...args: never) => unknown;

export interface HelperOptions<Args extends readonly unknown[] = readonly unknown[]> {
  /**
   * Checks the array of arguments, and may change it: the function receives what the schema returns.
   * Any Standard Schema, for example `z.tuple`.
   */
  readonly args?: StandardSchemaV1<unknown, Args>;
  /** Checks what the helper returns, and may change it. */
  readonly result?: StandardSchemaV1;
}

/** A helper with what it was declared with. Made by `helper()` and `sync()`. */
export class DeclaredHelper {
  readonly run: HelperFunction;
  readonly isSync: boolean;
  readonly options: HelperOptions;

  constructor(run: HelperFunction, isSync: boolean, options: HelperOptions) {
    this.run = run;
    this.isSync = isSync;
    this.options = options;
  }
}

/** A helper that returns a promise in the script, with checks of its arguments and its result. */
export function helper<Args extends readonly unknown[]>(
  run: (this: HelperContext, ...args: Args) => unknown,
  options: HelperOptions<Args> = {},
): DeclaredHelper {
  return new DeclaredHelper(run, false, options);
}

/**
 * A helper that the script calls without `await`: the whole box stands still until it has answered.
 * The host's function may itself be asynchronous.
 */
export function sync<Args extends readonly unknown[]>(
  run: (this: HelperContext, ...args: Args) => unknown,
  options: HelperOptions<Args> = {},
): DeclaredHelper {
  return new DeclaredHelper(run, true, options);
}

/** Helpers by name; groups are objects of helpers. A plain function is an asynchronous helper. */
export interface Helpers {
  readonly [name: string]: HelperFunction | DeclaredHelper | Helpers;
}
