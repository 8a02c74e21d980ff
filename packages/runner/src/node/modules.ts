import {
  createRequire,
  isBuiltin,
  type LoadFnOutput,
  type LoadHookContext,
  type ResolveFnOutput,
  type ResolveHookContext,
} from 'node:module';
import { pathToFileURL } from 'node:url';
import { isRelative } from '@castellan/protocol';
import type { FileKind, Files } from '../modules/files.ts';
import { Refusal } from '../modules/refusal.ts';
import { exportNames } from '../source/export-names.ts';
import type { Bodies } from './bodies.ts';
import { fileOf, urlOf } from './places.ts';
import { asError, reasoned } from './refused.ts';

/** Where an ES module finds the function that gives it a body's exports. */
const bridge = 'castellan.bridge';

export interface Rules {
  /** The folder that holds the runtime's `node_modules`; empty for none. */
  readonly runtime: string;
  /** Names that may be imported; `*` for all that there are. */
  readonly modules: readonly string[];
}

type Next = (specifier: string, context: ResolveHookContext) => ResolveFnOutput;

/**
 * What the script's files, which exist in memory only, may import, and from where. This is for the
 * script's convenience and the operator's order: the box is the wall.
 */
export class NodeModules {
  readonly #files: Files;
  readonly #bodies: Bodies;
  readonly #rules: Rules;
  /** Stands beside the runtime's `node_modules`, so that Node looks for packages there. */
  readonly #neighbour: string;

  constructor(files: Files, bodies: Bodies, rules: Rules) {
    this.#files = files;
    this.#bodies = bodies;
    this.#rules = rules;
    const folder = rules.runtime === '' ? '/nowhere' : rules.runtime;
    this.#neighbour = pathToFileURL(`${folder}/_.js`).href;
    const value = (file: string): unknown =>
      file.endsWith('.json') ? bodies.json(file) : bodies.exportsOf(file);
    Object.defineProperty(globalThis, Symbol.for(bridge), { value, configurable: true });
  }

  /** For `import` in all forms; a `require()` of the script's own has been seen to already. */
  resolve(specifier: string, context: ResolveHookContext, next: Next): ResolveFnOutput {
    const files = this.#files;
    const own = fileOf(specifier);
    if (own !== undefined && files.has(own)) return found(own);
    const from = fileOf(context.parentURL ?? '');
    if (from === undefined || !files.has(from)) return next(specifier, context);
    if (isRelative(specifier)) return found(this.file(specifier, from));
    this.#check(specifier, from);
    if (isBuiltin(specifier)) return next(specifier, context);
    return this.#orNotFound(specifier, from, () =>
      next(specifier, { ...context, parentURL: this.#neighbour }),
    );
  }

  load(url: string, context: Partial<LoadHookContext>): LoadFnOutput | undefined {
    const file = fileOf(url);
    if (file === undefined || !this.#files.has(file)) return undefined;
    const asJson = context.importAttributes?.['type'] === 'json';
    return {
      format: asJson ? 'json' : 'module',
      source: asJson ? this.#files.source(file) : reasoned(() => this.#moduleSource(file)),
      shortCircuit: true,
    };
  }

  /** The script's file that a relative specifier means. Throws an error with a reason. */
  file(specifier: string, from: string): string {
    return reasoned(() => this.#files.resolve(specifier, from));
  }

  /** What kind of file it is. Throws an error with a reason when it cannot be parsed. */
  kind(file: string): FileKind {
    return reasoned(() => this.#files.kind(file));
  }

  /** `require()` of a package or a built-in. */
  require(specifier: string, from: string): unknown {
    this.#check(specifier, from);
    const require = createRequire(this.#neighbour);
    this.#orNotFound(specifier, from, () => require.resolve(specifier));
    return require(specifier);
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
    return bridgeTo(file, isAsync, exportNames(files.prepared(file).source));
  }

  #check(specifier: string, from: string): void {
    const { modules } = this.#rules;
    const bare = specifier.replace(/^node:/, '');
    const [first = '', second = ''] = bare.split('/');
    const named = first.startsWith('@') ? `${first}/${second}` : first;
    const isPackage = /^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*(?:\/|$)/.test(bare);
    const candidates = [specifier, bare, `node:${bare}`, named, `node:${named}`, '*'];
    if (isPackage && candidates.some((name) => modules.includes(name))) return;
    const allowed = modules.length === 0 ? 'none' : modules.join(', ');
    const message = `Module ${JSON.stringify(specifier)} is not allowed. Allowed: ${allowed}`;
    throw this.#refused('module_denied', message, specifier, from);
  }

  #orNotFound<T>(specifier: string, from: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
      const message = `Module ${JSON.stringify(specifier)} was not found`;
      throw this.#refused('module_not_found', message, specifier, from);
    }
  }

  #refused(
    reason: 'module_denied' | 'module_not_found',
    message: string,
    specifier: string,
    from: string,
  ): Error {
    return asError(new Refusal(reason, message, this.#files.importPlace(specifier, from)));
  }
}

function found(file: string): ResolveFnOutput {
  return { url: urlOf(file), format: 'module', shortCircuit: true };
}

/** The source that shows a body or a JSON file to ES modules. */
function bridgeTo(file: string, isAsync: boolean, names: readonly string[]): string {
  const own = [...new Set(names)].filter((name) => name !== 'default' && name !== '__esModule');
  const each = own.map(
    (name, index) =>
      `const n${index}=m[${JSON.stringify(name)}];export{n${index} as ${JSON.stringify(name)}};`,
  );
  const get = `globalThis[Symbol.for('${bridge}')](${JSON.stringify(file)})`;
  return `const m=${isAsync ? 'await ' : ''}${get};export default m;${each.join('')}`;
}
