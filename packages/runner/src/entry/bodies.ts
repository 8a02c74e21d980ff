/** A file as it was prepared: called with its module's names, it returns the file's body. */
export type Factory = (
  module: { exports: unknown },
  exports: object,
  require: (specifier: string) => unknown,
  load: Import,
  end: (execute: unknown, last: unknown) => Ended,
) => () => unknown;

/** `import()` as a body calls it; `names` are those that a static import needs to be there. */
export type Import = (specifier: string, names?: string[]) => Promise<object>;

/** A body that has been run. */
export interface FileModule {
  readonly module: { exports: unknown };
  /** What `module.exports` was at first. */
  readonly initial: object;
  /** What running the body returned: for a body with `await` in it, a promise. */
  ran: unknown;
}

/** The value of a body that ended without a `return` of its own. */
export interface Ended {
  readonly execute: unknown;
  readonly last: unknown;
}

/** What an engine gives to the bodies of its runs. */
export interface BodyEngine {
  factory(file: string): Factory;
  requireFrom(file: string): (specifier: string) => unknown;
  importFrom(file: string): Import;
}

/** The files of a run without an `export`, each run once as the body of a function. */
export class Bodies {
  readonly #engine: BodyEngine;
  /** A plain object without prototype: nothing that a script redefines is on the way. */
  readonly #modules: Record<string, FileModule> = { __proto__: null } as never;
  readonly #ended = new WeakSet<object>();
  #main: FileModule | undefined;

  constructor(engine: BodyEngine) {
    this.#engine = engine;
  }

  /** The first body that was run. */
  get main(): FileModule | undefined {
    return this.#main;
  }

  /** Runs a body; later calls return the same module. */
  run(file: string): FileModule {
    const known = this.#modules[file];
    if (known !== undefined) return known;
    const initial = {};
    const module = { exports: initial as unknown };
    const entry: FileModule = { module, initial, ran: undefined };
    const factory = this.#engine.factory(file);
    this.#modules[file] = entry;
    this.#main ??= entry;
    const end = (execute: unknown, last: unknown): Ended => {
      const ended = { execute, last };
      this.#ended.add(ended);
      return ended;
    };
    const require = this.#engine.requireFrom(file);
    const body = factory(module, initial, require, this.#engine.importFrom(file), end);
    entry.ran = Reflect.apply(body, initial, []);
    return entry;
  }

  /** Whether a body's result says that the body had no `return` of its own. */
  hasEnded(result: unknown): result is Ended {
    return typeof result === 'object' && result !== null && this.#ended.has(result);
  }
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
