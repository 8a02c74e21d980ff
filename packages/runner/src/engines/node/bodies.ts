import { constants, Script } from 'node:vm';
import { isRelative } from '@castellan/protocol';
import type { BodyModules, Ended, Factory, FileModule } from '../../guest/modules.ts';
import type { Files } from '../../script/files.ts';
import { Refusal } from '../../script/refusal.ts';
import type { NodeModules } from './modules.ts';
import { scriptRoot } from './places.ts';
import { asError, reasoned } from './refused.ts';

type Import = (specifier: string) => Promise<object>;

/** Files without an `export`: each is the body of a function, with `require()` and `import()`. */
export class Bodies implements BodyModules {
  readonly ended = new WeakSet<object>();
  readonly #files: Files;
  readonly #modules = new Map<string, FileModule>();
  readonly #parsed = new Map<string, unknown>();
  #loader: NodeModules | undefined;

  constructor(files: Files) {
    this.#files = files;
  }

  /** Where packages, built-ins and ES modules come from. */
  use(loader: NodeModules): void {
    this.#loader = loader;
  }

  /** Runs a body once; later calls give the same module. */
  run(file: string): FileModule {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const initial = {};
    const module = { exports: initial as unknown };
    const entry: FileModule = { module, initial, ran: undefined };
    const factory = this.compile(file).runInThisContext() as Factory;
    this.#modules.set(file, entry);
    const end = (execute: unknown, last: unknown): Ended => {
      const ended = { execute, last };
      this.ended.add(ended);
      return ended;
    };
    const require = this.#requireFrom(file);
    const body = factory(module, initial, require, this.#importFrom(file), end);
    entry.ran = Reflect.apply(body, initial, []);
    return entry;
  }

  /** A body's exports: at once, or as a promise when the body waits. */
  exportsOf(file: string): unknown {
    const { module, ran } = this.run(file);
    if (!this.waits(file)) return module.exports;
    return Promise.resolve(ran).then(() => module.exports);
  }

  json(file: string): unknown {
    if (!this.#parsed.has(file)) this.#parsed.set(file, JSON.parse(this.#files.source(file)));
    return this.#parsed.get(file);
  }

  /** As Node's own: the first body that runs is the main one. */
  #requireFrom(file: string): (specifier: string) => unknown {
    const [main] = this.#modules.values();
    return Object.assign((specifier: string): unknown => this.#require(`${specifier}`, file), {
      resolve: (specifier: string) => this.#loader?.path(`${specifier}`, file),
      main: main?.module,
      cache: {},
    });
  }

  #require(specifier: string, from: string): unknown {
    if (this.#loader === undefined) throw new Error('no loader');
    if (!isRelative(specifier)) return this.#loader.require(specifier, from);
    const file = this.#loader.file(specifier, from);
    const kind = this.#loader.kind(file);
    if (kind === 'json') return this.json(file);
    if (kind === 'module') return this.#loader.requireModule(file);
    if (this.waits(file)) {
      throw asError(
        new Refusal(
          'module_denied',
          `require() cannot wait for ${JSON.stringify(specifier)}, which uses await or import at its top level; use import()`,
        ),
      );
    }
    return this.run(file).module.exports;
  }

  /** Whether a body waits for something at its top level. */
  waits(file: string): boolean {
    const { analysis } = this.#files.prepared(file);
    return analysis.hasTopLevelAwait || analysis.imports.length > 0;
  }

  /** Has V8 read a body, and runs nothing of it. */
  compile(file: string): Script {
    const { code, prefixLength } = reasoned(() => this.#files.prepared(file));
    return scriptOf(code, file, 0 - prefixLength);
  }

  /** The file's static imports, by an `import()` that stands in the file for Node's loader. */
  #importFrom(file: string): (specifier: string, names?: string[]) => Promise<object> {
    const load = scriptOf('(s)=>import(s)', file, 0).runInThisContext() as Import;
    return async (specifier, names = []) => {
      const namespace = await load(specifier);
      for (const name of names) {
        if (name in namespace) continue;
        throw new SyntaxError(
          `The requested module '${specifier}' does not provide an export named '${name}'`,
        );
      }
      return namespace;
    };
  }
}

function scriptOf(code: string, file: string, columnOffset: number): Script {
  return new Script(code, {
    filename: scriptRoot + file,
    columnOffset,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}
