import { createRequire } from 'node:module';
import { constants, Script } from 'node:vm';
import {
  type Bodies,
  type Factory,
  type FileModule,
  newModule,
  runBody,
} from '../../entry/bodies.ts';
import { mapDelete, mapGet, mapSet, setAdd, setDelete } from '../../entry/natives.ts';
import type { Files } from '../../script/files.ts';
import { asyncRefusal } from '../../script/require-refusals.ts';
import { scriptRoot } from '../../script/places.ts';
import { refusalError, withRefusalErrors } from './refusal-errors.ts';

/** What bodies load that is no body: packages, built-ins and ES modules. */
export interface OtherModules {
  require(specifier: string, from: string): unknown;
  /** `require()` of an ES module of the script's. */
  requireModule(specifier: string, file: string, from: string): unknown;
  /** `require.resolve()`. */
  path(specifier: string, from: string): string;
}

/** Files without an `export`: each is the body of a function, with `require()` and `import()`. */
export class NodeBodies implements Bodies {
  readonly #files: Files;
  readonly #others: () => OtherModules;
  readonly #modules = new Map<string, FileModule>();
  readonly #executing = new Set<string>();

  /** `others` is called when the first body runs. */
  constructor(files: Files, others: () => OtherModules) {
    this.#files = files;
    this.#others = others;
  }

  run(file: string): FileModule {
    const known = mapGet(this.#modules, file);
    if (known !== undefined) return known;
    const factory = this.compile(file).runInThisContext() as Factory;
    return this.#start(file, factory, false);
  }

  /** As in Node, a file that threw has not been loaded, and runs again when it is asked for again. */
  #start(file: string, factory: Factory, hasModuleScope: boolean): FileModule {
    const entry = newModule();
    mapSet(this.#modules, file, entry);
    setAdd(this.#executing, file);
    try {
      return runBody(entry, factory, this.#requireFrom(file), undefined, hasModuleScope);
    } catch (error) {
      mapDelete(this.#modules, file);
      throw error;
    } finally {
      setDelete(this.#executing, file);
    }
  }

  /** A body's exports; a promise of them when the body waits for something. */
  exportsOf(file: string): unknown {
    return this.#exportsOf(file, this.run(file));
  }

  /** Runs a body that has a module around it: see `moduleScope`. */
  body(factory: Factory, file: string): unknown {
    return this.#exportsOf(file, this.#start(file, factory, true));
  }

  #exportsOf(file: string, { module, ran }: FileModule): unknown {
    if (!this.waits(file)) return module.exports;
    return Promise.resolve(ran).then(() => module.exports);
  }

  /** The bodies that are on the stack. */
  get executing(): ReadonlySet<string> {
    return this.#executing;
  }

  json(file: string): unknown {
    // Node's loader looks here too, so that `import` gives the same value.
    const cache = createRequire(scriptRoot).cache as Record<string, Partial<NodeJS.Module>>;
    const path = scriptRoot + file;
    const known = cache[path];
    if (known?.loaded === true) return known.exports;
    const exports: unknown = JSON.parse(withRefusalErrors(() => this.#files.jsonText(file)));
    cache[path] = { id: path, filename: path, loaded: true, exports, children: [] };
    return exports;
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
    if (!this.#files.isOwn(specifier)) return this.#others().require(specifier, from);
    const file = withRefusalErrors(() => this.#files.resolve(specifier, from));
    const kind = withRefusalErrors(() => this.#files.kind(file));
    if (kind === 'json') return this.json(file);
    if (this.#files.isLinked(file)) {
      const exports = this.#others().requireModule(specifier, file, from);
      return kind === 'module' ? exports : this.run(file).module.exports;
    }
    if (this.waits(file)) throw refusalError(asyncRefusal(specifier, file));
    return this.run(file).module.exports;
  }

  /** Whether a body waits for something at its top level. */
  waits(file: string): boolean {
    return this.#files.prepared(file).analysis.hasTopLevelAwait;
  }

  /** Compiles a body without running it. */
  compile(file: string): Script {
    const { code, prefixLength } = withRefusalErrors(() => this.#files.prepared(file));
    return scriptOf(code, file, 0 - prefixLength);
  }
}

function scriptOf(code: string, file: string, columnOffset: number): Script {
  return new Script(code, {
    filename: scriptRoot + file,
    columnOffset,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}
