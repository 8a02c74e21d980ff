/** A file as it was prepared: called with its module's names, it returns the file's body. */
export type Factory = (
  module: { exports: unknown },
  exports: object,
  require: (specifier: string) => unknown,
  load: Import,
  end: (execute: unknown, last: unknown) => Ended,
) => () => unknown;

/** `import()` as a body calls it; `names` are those that a static import needs. */
export type Import = (specifier: string, names?: string[]) => Promise<object>;

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

/** Runs a body for its module, which others can require while it runs. */
export function runBody(
  entry: FileModule,
  factory: Factory,
  require: (specifier: string) => unknown,
  load: Import,
): FileModule {
  const { module, initial } = entry;
  const body = factory(module, initial, require, load, end);
  entry.ran = Reflect.apply(body, initial, []);
  return entry;
}

/** Throws as a static import does when a module lacks one of the names. */
export function checkNames(specifier: string, namespace: object, names: readonly string[]): void {
  for (const name of names) {
    if (name in namespace) continue;
    throw new SyntaxError(
      `The requested module '${specifier}' does not provide an export named '${name}'`,
    );
  }
}
