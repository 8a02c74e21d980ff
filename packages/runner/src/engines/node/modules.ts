import {
  createRequire,
  isBuiltin,
  type LoadFnOutput,
  type LoadHookContext,
  type ResolveFnOutput,
  type ResolveHookContext,
} from 'node:module';
import { pathToFileURL } from 'node:url';
import { isRelative } from '@castellan/protocol/paths';
import { packageName } from '@castellan/protocol/runtimes';
import { covers, denied, notFound, notInRuntime, puppeteerNames } from '../../script/allowed.ts';
import type { FileKind, Files } from '../../script/files.ts';
import { withImportPlace } from '../../script/imports.ts';
import type { Refusal } from '../../script/refusal.ts';
import { exportedNames } from '../../script/exported-names.ts';
import type { NodeBodies, OtherModules } from './bodies.ts';
import { fileOf, scriptRoot, urlOf } from './places.ts';
import { withRefusalErrors } from './refusal-errors.ts';

const puppeteerUrl = 'castellan:puppeteer';

/** The global symbol of the function that returns a body's exports to ES modules. */
const bridge = 'castellan.bridge';

export interface Rules {
  /** The folder that holds the runtime's `node_modules`; empty for none. */
  readonly runtime: string;
  /** Names that may be imported; `*` for every package, `node:*` for every built-in. */
  readonly modules: readonly string[];
  /** Why there is no package at all, for the message about one; or null. */
  readonly noPackages: string | null;
  /** What Puppeteer's names resolve to in a run with a browser, for packages too. */
  readonly puppeteer: object | undefined;
}

type Next = (specifier: string, context: ResolveHookContext) => ResolveFnOutput;

/** The conditions of `exports` under which Node's `import` looks a package up. */
const importConditions = ['node', 'import', 'module-sync', 'node-addons'];

/**
 * Resolves and loads what the script's files, which exist in memory only, may import. The allow-list
 * keeps order among honest scripts: the wall is the box.
 */
export class NodeModules implements OtherModules {
  readonly #files: Files;
  readonly #bodies: NodeBodies;
  readonly #rules: Rules;
  /** URL of a file beside the runtime's `node_modules`, so that Node looks for packages there. */
  readonly #neighbour: string;
  /** True while `find` resolves as an `import` would. */
  #findsForImport = false;

  constructor(files: Files, bodies: NodeBodies, rules: Rules) {
    this.#files = files;
    this.#bodies = bodies;
    this.#rules = rules;
    const folder = rules.runtime === '' ? '/nowhere' : rules.runtime;
    this.#neighbour = pathToFileURL(`${folder}/_.js`).href;
    const value = (file: string): unknown => {
      if (file === puppeteerUrl) return rules.puppeteer;
      return file.endsWith('.json') ? bodies.json(file) : bodies.exportsOf(file);
    };
    Object.defineProperty(globalThis, Symbol.for(bridge), { value, configurable: true });
  }

  /** Resolves all forms of `import`; a script's `require()` has been resolved by then. */
  resolve(specifier: string, context: ResolveHookContext, next: Next): ResolveFnOutput {
    const files = this.#files;
    if (this.#isPuppeteer(specifier)) {
      return { url: puppeteerUrl, format: 'module', shortCircuit: true };
    }
    const own = fileOf(specifier);
    if (own !== undefined && files.has(own)) return found(own);
    const from = fileOf(context.parentURL ?? '');
    if (from === undefined || !files.has(from)) {
      const conditions = this.#findsForImport ? importConditions : context.conditions;
      return next(specifier, { ...context, conditions });
    }
    if (isRelative(specifier)) return found(this.file(specifier, from));
    return this.#placed(specifier, from, () => {
      this.#check(specifier);
      if (isBuiltin(specifier)) return next(specifier, context);
      const near = { ...context, parentURL: this.#neighbour };
      return this.#orNotFound(specifier, () => {
        try {
          return next(specifier, near);
        } catch (error) {
          if (!unfinished.has(codeOf(error))) throw error;
          return next(pathToFileURL(this.#fileOfPackage(specifier, 'import')).href, near);
        }
      });
    });
  }

  load(url: string, context: Partial<LoadHookContext>): LoadFnOutput | undefined {
    if (url === puppeteerUrl) {
      const source = bridgeTo(url, false, Object.keys(this.#rules.puppeteer ?? {}));
      return {
        format: 'module',
        source: `${source}export{m as 'module.exports'};`,
        shortCircuit: true,
      };
    }
    const file = fileOf(url);
    if (file === undefined || !this.#files.has(file)) return undefined;
    const asJson = context.importAttributes?.['type'] === 'json';
    return {
      format: asJson ? 'json' : 'module',
      source: asJson ? this.#files.source(file) : withRefusalErrors(() => this.#moduleSource(file)),
      shortCircuit: true,
    };
  }

  /** The script's file that a relative specifier means. Throws an error with a reason. */
  file(specifier: string, from: string): string {
    return withRefusalErrors(() => this.#files.resolve(specifier, from));
  }

  /** What kind of file it is. Throws an error with a reason when it cannot be parsed. */
  kind(file: string): FileKind {
    return withRefusalErrors(() => this.#files.kind(file));
  }

  /** Throws a `Refusal` when the script cannot have a package or built-in. */
  find(specifier: string, how: 'import' | 'require'): void {
    if (this.#isPuppeteer(specifier)) return;
    this.#check(specifier);
    if (isBuiltin(specifier)) return;
    this.#orNotFound(specifier, () => this.#fileOfPackage(specifier, how));
  }

  #fileOfPackage(specifier: string, how: 'import' | 'require'): string {
    this.#findsForImport = how === 'import';
    try {
      return createRequire(this.#neighbour).resolve(specifier);
    } finally {
      this.#findsForImport = false;
    }
  }

  /** `require()` of a package or a built-in. */
  require(specifier: string, from: string): unknown {
    this.#placed(specifier, from, () => this.find(specifier, 'require'));
    return createRequire(this.#neighbour)(specifier);
  }

  /** `require.resolve()`. */
  path(specifier: string, from: string): string {
    if (isRelative(specifier)) return scriptRoot + this.file(specifier, from);
    this.#placed(specifier, from, () => this.find(specifier, 'require'));
    return createRequire(this.#neighbour).resolve(specifier);
  }

  /** `require()` of an ES module of the script's. */
  requireModule(file: string): unknown {
    return createRequire(this.#neighbour)(urlOf(file));
  }

  #moduleSource(file: string): string {
    const files = this.#files;
    if (files.kind(file) === 'module') return files.prepared(file).code;
    if (file.endsWith('.json')) return bridgeTo(file, false, []);
    const isAsync = this.#bodies.waits(file);
    return bridgeTo(file, isAsync, exportedNames(files.prepared(file)));
  }

  #isPuppeteer(specifier: string): boolean {
    return this.#rules.puppeteer !== undefined && puppeteerNames.includes(specifier);
  }

  #check(specifier: string): void {
    const { modules } = this.#rules;
    const bare = withoutScheme(specifier);
    const isPackage = /^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*(?:\/|$)/.test(specifier);
    const isAllowed =
      isBuiltin(specifier) || specifier.startsWith('node:')
        ? modules.some((name) => name === 'node:*' || covers(withoutScheme(name), bare))
        : isPackage && modules.some((name) => name === '*' || covers(name, specifier));
    if (isAllowed) return;
    if (isBuiltin(specifier) || !isPackage || this.#isInstalled(specifier)) {
      throw denied(specifier, modules);
    }
    throw this.#missing(specifier);
  }

  #orNotFound<T>(specifier: string, look: () => T): T {
    try {
      return look();
    } catch (error) {
      if (!absent.has(codeOf(error))) throw error;
      throw this.#missing(specifier);
    }
  }

  #isInstalled(specifier: string): boolean {
    try {
      this.#fileOfPackage(specifier, 'require');
      return true;
    } catch (error) {
      // Another code is about a package that is there.
      return codeOf(error) !== 'MODULE_NOT_FOUND';
    }
  }

  #missing(specifier: string): Refusal {
    const { noPackages } = this.#rules;
    const why = noPackages ?? (this.#isInstalled(packageName(specifier)) ? null : notInRuntime);
    return notFound(specifier, specifier.startsWith('node:') ? null : why);
  }

  #placed<T>(specifier: string, from: string, look: () => T): T {
    return withRefusalErrors(() => withImportPlace(this.#files, specifier, from, look));
  }
}

function withoutScheme(specifier: string): string {
  return specifier.replace(/^node:/, '');
}

/** Node's error codes for a module that is not there. */
const absent = new Set([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_UNKNOWN_BUILTIN_MODULE',
]);

/** The codes for imports of older packages that only `require()` resolves: without extension, folders. */
const unfinished = new Set(['ERR_MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT']);

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}

function found(file: string): ResolveFnOutput {
  return { url: urlOf(file), format: 'module', shortCircuit: true };
}

/** The source of an ES module that re-exports a body or a JSON file. */
function bridgeTo(file: string, isAsync: boolean, names: readonly string[]): string {
  const own = [...new Set(names)].filter((name) => name !== 'default' && name !== '__esModule');
  const each = own.map(
    (name, index) =>
      `const n${index}=m[${JSON.stringify(name)}];export{n${index} as ${JSON.stringify(name)}};`,
  );
  const get = `globalThis[Symbol.for('${bridge}')](${JSON.stringify(file)})`;
  return `const m=${isAsync ? 'await ' : ''}${get};export default m;${each.join('')}`;
}
