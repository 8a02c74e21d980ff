import { constants, Script } from 'node:vm';
import { isRelative } from '@castellan/protocol/paths';
import { Bodies, checkNames, type Factory, type Import } from '../../entry/bodies.ts';
import type { Files } from '../../script/files.ts';
import { Refusal } from '../../script/refusal.ts';
import { scriptRoot } from './places.ts';
import { asError, reasoned } from './refused.ts';

/** Where packages, built-ins and ES modules come from. */
export interface Outside {
  require(specifier: string, from: string): unknown;
  /** `require()` of an ES module of the script's. */
  requireModule(file: string): unknown;
  /** `require.resolve()`. */
  path(specifier: string, from: string): string;
}

/** Files without an `export`: each is the body of a function, with `require()` and `import()`. */
export class NodeBodies {
  readonly bodies: Bodies;
  readonly #files: Files;
  readonly #outside: () => Outside;
  readonly #parsed = new Map<string, unknown>();

  /** `outside` is called when the first body runs. */
  constructor(files: Files, outside: () => Outside) {
    this.#files = files;
    this.#outside = outside;
    this.bodies = new Bodies({
      factory: (file) => this.compile(file).runInThisContext() as Factory,
      requireFrom: (file) => this.#requireFrom(file),
      importFrom: (file) => this.#importFrom(file),
    });
  }

  /** A body's exports: at once, or as a promise when the body waits. */
  exportsOf(file: string): unknown {
    const { module, ran } = this.bodies.run(file);
    if (!this.waits(file)) return module.exports;
    return Promise.resolve(ran).then(() => module.exports);
  }

  json(file: string): unknown {
    if (!this.#parsed.has(file)) this.#parsed.set(file, JSON.parse(this.#files.source(file)));
    return this.#parsed.get(file);
  }

  #requireFrom(file: string): (specifier: string) => unknown {
    return Object.assign((specifier: string): unknown => this.#require(`${specifier}`, file), {
      resolve: (specifier: string) => this.#outside().path(`${specifier}`, file),
      main: this.bodies.main?.module,
      cache: {},
    });
  }

  #require(specifier: string, from: string): unknown {
    if (!isRelative(specifier)) return this.#outside().require(specifier, from);
    const file = reasoned(() => this.#files.resolve(specifier, from));
    const kind = reasoned(() => this.#files.kind(file));
    if (kind === 'json') return this.json(file);
    if (kind === 'module') return this.#outside().requireModule(file);
    if (this.waits(file)) {
      throw asError(
        new Refusal(
          'module_denied',
          `require() cannot wait for ${JSON.stringify(specifier)}, which uses await or import at its top level; use import()`,
        ),
      );
    }
    return this.bodies.run(file).module.exports;
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
