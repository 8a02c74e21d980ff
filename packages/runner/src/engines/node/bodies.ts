import { constants, Script } from 'node:vm';
import { isRelative } from '@castellan/protocol/paths';
import {
  type Bodies,
  checkNames,
  type Factory,
  type FileModule,
  type Import,
  newModule,
  runBody,
} from '../../entry/bodies.ts';
import type { Files } from '../../script/files.ts';
import { Refusal } from '../../script/refusal.ts';
import { scriptRoot } from './places.ts';
import { refusalError, withRefusalErrors } from './refusal-errors.ts';

/** What bodies load that is no body: packages, built-ins and ES modules. */
export interface OtherModules {
  require(specifier: string, from: string): unknown;
  /** `require()` of an ES module of the script's. */
  requireModule(file: string): unknown;
  /** `require.resolve()`. */
  path(specifier: string, from: string): string;
}

/** Files without an `export`: each is the body of a function, with `require()` and `import()`. */
export class NodeBodies implements Bodies {
  readonly #files: Files;
  readonly #others: () => OtherModules;
  readonly #modules = new Map<string, FileModule>();
  readonly #parsed = new Map<string, unknown>();

  /** `others` is called when the first body runs. */
  constructor(files: Files, others: () => OtherModules) {
    this.#files = files;
    this.#others = others;
  }

  run(file: string): FileModule {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const factory = this.compile(file).runInThisContext() as Factory;
    const entry = newModule();
    this.#modules.set(file, entry);
    return runBody(entry, factory, this.#requireFrom(file), this.#importFrom(file));
  }

  /** A body's exports; a promise of them when the body waits for something. */
  exportsOf(file: string): unknown {
    const { module, ran } = this.run(file);
    if (!this.waits(file)) return module.exports;
    return Promise.resolve(ran).then(() => module.exports);
  }

  json(file: string): unknown {
    if (!this.#parsed.has(file)) this.#parsed.set(file, JSON.parse(this.#files.source(file)));
    return this.#parsed.get(file);
  }

  /** As in Node, `require.main` is the first body that is run. */
  #requireFrom(file: string): (specifier: string) => unknown {
    const [main] = this.#modules.values();
    return Object.assign((specifier: string): unknown => this.#require(`${specifier}`, file), {
      resolve: (specifier: string) => this.#others().path(`${specifier}`, file),
      main: main?.module,
      cache: {},
    });
  }

  #require(specifier: string, from: string): unknown {
    if (!isRelative(specifier)) return this.#others().require(specifier, from);
    const file = withRefusalErrors(() => this.#files.resolve(specifier, from));
    const kind = withRefusalErrors(() => this.#files.kind(file));
    if (kind === 'json') return this.json(file);
    if (kind === 'module') return this.#others().requireModule(file);
    if (this.waits(file)) {
      throw refusalError(
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

  /** Compiles a body without running it. */
  compile(file: string): Script {
    const { code, prefixLength } = withRefusalErrors(() => this.#files.prepared(file));
    return scriptOf(code, file, 0 - prefixLength);
  }

  /** Loads the file's static imports by an `import()` that Node's loader takes for the file's own. */
  #importFrom(file: string): Import {
    const load = scriptOf('(s)=>import(s)', file, 0).runInThisContext() as Import;
    return async (specifier, names = []) => {
      const namespace = await load(specifier);
      checkNames(specifier, namespace, names);
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
