import { createRequire, isBuiltin, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isRelative } from '@castellan/protocol';
import { parse as parseCommonJs } from 'cjs-module-lexer';
import { refusal } from '../guest/failures.ts';
import type { FileKind, Files } from '../modules/files.ts';
import { Refusal } from '../modules/refusal.ts';
import type { Bodies } from './bodies.ts';
import { fileOf, urlOf } from './places.ts';

/** Behind these names lies a network. */
const networkModules = /^(?:node:)?(?:https?|http2)$/;

/** Where an ES module finds the function that gives it a body's exports. */
export const bridge = Symbol.for('castellan.bridge');

export interface Rules {
  /** The folder that holds the runtime's `node_modules`; empty for none. */
  readonly runtime: string;
  /** Names that may be imported; `*` for all that there are. */
  readonly modules: readonly string[];
  /** Called when somebody asks for a module that has to do with a network. */
  readonly onNetwork: () => void;
}

/**
 * Teaches Node's loader the script's files, which exist in memory only, and where packages come
 * from. This is for the script's convenience and the operator's order: the box is the wall.
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
    this.#neighbour = pathToFileURL(
      `${rules.runtime === '' ? '/nowhere' : rules.runtime}/_.js`,
    ).href;
  }

  install(): void {
    const files = this.#files;
    Object.defineProperty(globalThis, bridge, { value: (file: string) => this.#bridged(file) });
    registerHooks({
      resolve: (specifier, context, next) => {
        if (networkModules.test(specifier)) this.#rules.onNetwork();
        const own = fileOf(specifier);
        const from = fileOf(context.parentURL ?? '');
        if (own !== undefined && files.has(own)) return found(own);
        if (from === undefined || !files.has(from)) return next(specifier, context);
        if (isRelative(specifier)) return found(this.file(specifier, from));
        this.#check(specifier, from);
        if (isBuiltin(specifier)) return next(specifier, context);
        try {
          return next(specifier, { ...context, parentURL: this.#neighbour });
        } catch (error) {
          const { code } = error as { code?: unknown };
          if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
          const message = `Module ${JSON.stringify(specifier)} was not found`;
          throw this.#refused('module_not_found', message, specifier, from);
        }
      },
      load: (url, context, next) => {
        const file = fileOf(url);
        if (file === undefined || !files.has(file)) return next(url, context);
        const asJson = context.importAttributes['type'] === 'json';
        return {
          format: asJson ? 'json' : 'module',
          source: asJson ? files.source(file) : this.#moduleSource(file),
          shortCircuit: true,
        };
      },
    });
  }

  /** The script's file that a relative specifier means. Throws an error with a reason. */
  file(specifier: string, from: string): string {
    try {
      return this.#files.resolve(specifier, from);
    } catch (error) {
      throw error instanceof Refusal ? asError(error) : error;
    }
  }

  /** What kind of file it is. Throws an error with a reason when it cannot be parsed. */
  kind(file: string): FileKind {
    try {
      return this.#files.kind(file);
    } catch (error) {
      throw error instanceof Refusal ? asError(error) : error;
    }
  }

  /** `require()` of a package or a built-in. */
  require(specifier: string, from: string): unknown {
    return createRequire(urlOf(from))(specifier) as unknown;
  }

  #moduleSource(file: string): string {
    const files = this.#files;
    try {
      if (files.kind(file) === 'module') return files.prepared(file).code;
      if (file.endsWith('.json')) return bridgeTo(file, false, []);
      const { analysis } = files.prepared(file);
      const isAsync = analysis.hasTopLevelAwait || analysis.imports.length > 0;
      return bridgeTo(file, isAsync, parseCommonJs(files.source(file)).exports);
    } catch (error) {
      throw error instanceof Refusal ? asError(error) : error;
    }
  }

  #bridged(file: string): unknown {
    if (file.endsWith('.json')) return this.#bodies.json(file);
    return this.#bodies.exportsOf(file);
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

  #refused(
    reason: 'module_denied' | 'module_not_found',
    message: string,
    specifier: string,
    from: string,
  ): Error {
    return asError(new Refusal(reason, message, this.#files.importPlace(specifier, from)));
  }
}

function found(file: string): { url: string; format: 'module'; shortCircuit: true } {
  return { url: urlOf(file), format: 'module', shortCircuit: true };
}

/** An error that a script can catch; the reason counts when it does not. */
export function asError({ reason, message, place }: Refusal): Error {
  const error = refusal(reason, message);
  if (reason === 'syntax_error') error.name = 'SyntaxError';
  const at = place === null ? '' : `\n    at ${urlOf(place.file)}:${place.line}:${place.column}`;
  Object.defineProperty(error, 'stack', {
    value: `${error.name}: ${message}${at}`,
    configurable: true,
    writable: true,
  });
  return error;
}

/** The source that shows a body or a JSON file to ES modules. */
function bridgeTo(file: string, isAsync: boolean, names: readonly string[]): string {
  const own = [...new Set(names)].filter((name) => name !== 'default' && name !== '__esModule');
  const each = own.map(
    (name, index) =>
      `const n${index}=m[${JSON.stringify(name)}];export{n${index} as ${JSON.stringify(name)}};`,
  );
  const get = `globalThis[Symbol.for('castellan.bridge')](${JSON.stringify(file)})`;
  return `const m=${isAsync ? 'await ' : ''}${get};export default m;${each.join('')}`;
}
