/** A file as it was prepared: called with its module's names, it returns the file's body. */
export type Factory = (
  module: { exports: unknown },
  exports: object,
  require: (specifier: string) => unknown,
  load: Import | undefined,
  end: (execute: unknown, last: unknown) => Ended,
) => () => unknown;

/** `import()` as a body calls it. */
export type Import = (specifier: string, options?: unknown) => Promise<object>;

/** A body that has been run. */
export interface FileModule {
  readonly module: { exports: unknown };
  /** What `module.exports` was at first. */
  readonly initial: object;
  /** What running the body returned: for a body with `await` in it, a promise. */
  ran: unknown;
}

/** The bodies of a run's files, each of which is run once. */
export interface Bodies {
  run(file: string): FileModule;
}

/** The result of a body without a `return` of its own. */
export class Ended {
  readonly #execute: unknown;
  readonly last: unknown;

  constructor(execute: unknown, last: unknown) {
    this.#execute = execute;
    this.last = last;
  }

  get execute(): unknown {
    return this.#execute;
  }

  /** Runs no code of a script's, whatever the value is. */
  static is(value: unknown): value is Ended {
    return typeof value === 'object' && value !== null && #execute in value;
  }
}

const end = (execute: unknown, last: unknown): Ended => new Ended(execute, last);

export function newModule(): FileModule {
  const initial = {};
  return { module: { exports: initial }, initial, ran: undefined };
}

/**
 * Runs a body for its module, which others can require while it runs. `load` is its `import()`, unless
 * the engine has one; with the scope of an ES module around it, its `this` is undefined.
 */
export function runBody(
  entry: FileModule,
  factory: Factory,
  require: (specifier: string) => unknown,
  load: Import | undefined,
  hasModuleScope: boolean,
): FileModule {
  const { module, initial } = entry;
  const body = factory(module, initial, require, load, end);
  entry.ran = Reflect.apply(body, hasModuleScope ? undefined : initial, []);
  return entry;
}
