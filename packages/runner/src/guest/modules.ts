import type { Bundles } from './bundles.ts';
import {
  type Bodies,
  checkNames,
  type Factory,
  type FileModule,
  type Import,
  newModule,
  runBody,
} from '../entry/bodies.ts';
import { refusal } from '../entry/failures.ts';
import type { Pending } from '../entry/pending.ts';
import type { Host, Loaded } from './host.ts';

const { parse } = JSON;
const { defineProperty, hasOwn, keys } = Object;
const PromiseOf = Promise;

interface Importing {
  resolve(namespace: object): void;
  reject(error: Error): void;
}

/** `import()` and `require()` for all files of a run, with Node's order and caching. */
export class Modules implements Bodies {
  readonly #host: Host;
  readonly #bundles: Bundles;
  readonly #pending: Required<Pending>;
  readonly #contents: Record<string, unknown> = { __proto__: null };
  readonly #modules: Record<string, FileModule> = { __proto__: null } as never;
  readonly #importing: Record<number, Importing> = { __proto__: null } as never;

  constructor(host: Host, bundles: Bundles, pending: Required<Pending>) {
    this.#pending = pending;
    this.#host = host;
    this.#bundles = bundles;
  }

  define(file: string, content: unknown): void {
    this.#contents[file] = content;
  }

  run(file: string): FileModule {
    const known = this.#modules[file];
    if (known !== undefined) return known;
    const entry = newModule();
    this.#modules[file] = entry;
    const factory = this.#contents[file] as Factory;
    return runBody(entry, factory, this.requireFrom(file), this.importFrom(file));
  }

  requireFrom(file: string): (specifier: string) => unknown {
    return (specifier) => {
      const loaded = this.#load(specifier, file, 'require');
      if (loaded.kind === 'later') throw new TypeError('require() cannot wait for a module');
      if (loaded.kind === 'member') return this.#bundles.exportsOf(loaded.member);
      if (loaded.kind === 'body') return this.run(loaded.file).module.exports;
      return loaded.kind === 'json' ? this.json(loaded.file) : this.#contents[loaded.file];
    };
  }

  importFrom(file: string): Import {
    return async (specifier, names = []) => {
      this.#pending.import++;
      try {
        const namespace = await this.#namespace(this.#load(specifier, file, 'import'));
        checkNames(specifier, namespace, names);
        return namespace;
      } finally {
        this.#pending.import--;
      }
    };
  }

  /** Runs a body and waits for it. */
  async finished(file: string): Promise<{ readonly exports: unknown }> {
    const { module, ran } = this.run(file);
    await ran;
    return module;
  }

  /** The same, at once, for a body without `await`. */
  exportsOf(file: string): unknown {
    return this.run(file).module.exports;
  }

  settleImport(id: number, namespace: object): void {
    this.#importing[id]?.resolve(namespace);
    delete this.#importing[id];
  }

  failImport(id: number, error: Error): void {
    this.#importing[id]?.reject(error);
    delete this.#importing[id];
  }

  #load(specifier: string, from: string, how: 'import' | 'require'): Available {
    const loaded = parse(this.#host.load(`${specifier}`, from, how)) as Loaded;
    if (loaded.kind === 'refused') throw refusal(loaded.reason, loaded.message);
    return loaded;
  }

  async #namespace(loaded: Available): Promise<object> {
    if (loaded.kind === 'later') {
      return new PromiseOf<object>((resolve, reject) => {
        this.#importing[loaded.id] = { resolve, reject };
      });
    }
    if (loaded.kind === 'json') return { default: this.json(loaded.file) };
    if (loaded.kind !== 'member') return namespaceOf((await this.finished(loaded.file)).exports);
    const exports = this.#bundles.exportsOf(loaded.member);
    if (loaded.form === 'module') return exports as object;
    return loaded.form === 'json' ? { default: exports } : namespaceOf(exports);
  }

  json(file: string): unknown {
    const content = this.#contents[file];
    if (typeof content !== 'string') return (content as { value: unknown }).value;
    const value: unknown = parse(content);
    this.#contents[file] = { value };
    return value;
  }
}

/** The namespace of a CommonJS module: its exports as `default`, and each of their properties. */
function namespaceOf(exports: unknown): object {
  const namespace = { default: exports };
  const isHolder =
    (typeof exports === 'object' && exports !== null) || typeof exports === 'function';
  if (!isHolder) return namespace;
  for (const name of keys(exports)) {
    if (name === 'default' || name === '__proto__' || !hasOwn(exports, name)) continue;
    const get = (): unknown => (exports as Record<string, unknown>)[name];
    defineProperty(namespace, name, { get, enumerable: true });
  }
  return namespace;
}

/** What a specifier resolved to, unless it was refused. */
type Available = Exclude<Loaded, { readonly kind: 'refused' }>;
