import {
  createRequire,
  isBuiltin,
  type LoadFnOutput,
  type ResolveFnOutput,
  type ResolveHookContext,
} from 'node:module';
import { pathToFileURL } from 'node:url';
import { packageName } from '@castellan/protocol/runtimes';
import type { Factory } from '../../entry/bodies.ts';
import { covers, denied, notFound, notInRuntime, puppeteerNames } from '../../script/allowed.ts';
import { judgeAttributes } from '../../script/attributes.ts';
import type { FileKind, Files } from '../../script/files.ts';
import { withImportPlace } from '../../script/imports.ts';
import type { Refusal } from '../../script/refusal.ts';
import { exportedNames } from '../../script/exported-names.ts';
import { staticGraph } from '../../script/static-graph.ts';
import { importHook } from '../../script/module-scope.ts';
import { bridge, bridgeTo, plain } from './bridges.ts';
import { bridged, type BrowserLibraries, hookUrl, loadLibrary, puppeteerUrl } from './libraries.ts';
import type { NodeBodies, OtherModules } from './bodies.ts';
import { fileOf, scriptRoot, urlOf } from '../../script/places.ts';
import { cycleRefusal } from '../../script/require-refusals.ts';
import { absent, codeOf, unfinished } from './lookup-errors.ts';
import { withRefusalErrors } from './refusal-errors.ts';

export interface Rules extends BrowserLibraries {
  /** The folder that holds the runtime's `node_modules`; empty for none. */
  readonly runtime: string;
  /** Names that may be imported; `*` for every package, `node:*` for every built-in. */
  readonly modules: readonly string[];
  /** Why there is no package at all, for the message about one; or null. */
  readonly noPackages: string | null;
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
  /** The files that Node has loaded. */
  readonly #loaded = new Set<string>();
  /** True while `find` resolves as an `import` would. */
  #findsForImport = false;

  constructor(files: Files, bodies: NodeBodies, rules: Rules) {
    this.#files = files;
    this.#bodies = bodies;
    this.#rules = rules;
    const folder = rules.runtime === '' ? '/nowhere' : rules.runtime;
    this.#neighbour = pathToFileURL(`${folder}/_.js`).href;
    const value = (file: string): unknown => bridged(file, rules) ?? bodies.exportsOf(file);
    const body = (factory: Factory, file: string): unknown => bodies.body(factory, file);
    Object.defineProperty(globalThis, Symbol.for(bridge), {
      value: Object.assign(value, { body }),
      configurable: true,
    });
  }

  /** Resolves all forms of `import`; a script's `require()` has been resolved by then. */
  resolve(specifier: string, context: ResolveHookContext, next: Next): ResolveFnOutput {
    const files = this.#files;
    if (this.#isPuppeteer(specifier)) {
      return { url: puppeteerUrl, format: 'module', shortCircuit: true };
    }
    const from = fileOf(context.parentURL ?? '');
    if (from === undefined || !files.has(from)) {
      const own = fileOf(specifier);
      if (own !== undefined && files.has(own)) return found(own);
      const conditions = this.#findsForImport ? importConditions : context.conditions;
      return next(specifier, { ...context, conditions });
    }
    if (specifier === `${importHook}${files.alias}`) {
      return { url: hookUrl, format: 'module', shortCircuit: true };
    }
    if (files.isOwn(specifier)) {
      return this.#placed(specifier, from, () => {
        const file = files.resolve(specifier, from);
        // Of others, Node judges them where it loads the file.
        judgeAttributes(plain(context.importAttributes), file, file.endsWith('.json'));
        return found(file);
      });
    }
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

  load(url: string): LoadFnOutput | undefined {
    const library = loadLibrary(url, this.#rules);
    if (library !== undefined) return library;
    const file = fileOf(url);
    if (file === undefined || !this.#files.has(file)) return undefined;
    this.#loaded.add(file);
    return withRefusalErrors(() => {
      const isJson = file.endsWith('.json');
      return {
        format: isJson ? 'json' : 'module',
        source: isJson ? this.#files.jsonText(file) : this.#moduleSource(file),
        shortCircuit: true,
      };
    });
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
    if (this.#files.isOwn(specifier)) return scriptRoot + this.file(specifier, from);
    this.#placed(specifier, from, () => this.find(specifier, 'require'));
    return createRequire(this.#neighbour).resolve(specifier);
  }

  /** `require()` of an ES module of the script's. */
  requireModule(specifier: string, file: string, from: string): unknown {
    withRefusalErrors(() => {
      // Node itself watches those that are no bodies.
      const graph = staticGraph(this.#files, file);
      for (const one of this.#loaded) if (graph.unit(one) !== undefined) graph.start(one);
      const cycle = graph.cycle(file, specifier, this.#bodies.executing);
      if (cycle !== null) throw cycleRefusal(file, from, cycle);
    });
    return createRequire(urlOf(from))(urlOf(file));
  }

  #moduleSource(file: string): string {
    const files = this.#files;
    const { analysis, code, source } = files.prepared(file);
    if (files.isLinked(file)) return code;
    return bridgeTo(file, this.#bodies.waits(file), exportedNames(source, analysis));
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
    if (specifier.startsWith('node:') || this.#isInstalled(packageName(specifier)))
      return notFound(specifier);
    return notFound(specifier, this.#rules.noPackages ?? notInRuntime(specifier));
  }

  #placed<T>(specifier: string, from: string, look: () => T): T {
    return withRefusalErrors(() => withImportPlace(this.#files, specifier, from, look));
  }
}

function withoutScheme(specifier: string): string {
  return specifier.replace(/^node:/, '');
}

function found(file: string): ResolveFnOutput {
  return { url: urlOf(file), format: 'module', shortCircuit: true };
}
