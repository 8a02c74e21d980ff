import type { MemberKind } from '@castellan/protocol';
import type { Bundles } from './bundles.ts';
import { refusal } from '../entry/failures.ts';
import type { Host, Loaded } from './host.ts';

const { parse } = JSON;
const { defineProperty, hasOwn, keys } = Object;
const PromiseOf = Promise;

/** A file as the runner prepared it: called with its module's names, it gives the file's body. */
export type Factory = (
  module: { exports: unknown },
  exports: object,
  require: (specifier: string) => unknown,
  load: (specifier: string, names?: string[]) => Promise<object>,
  end: (execute: unknown, last: unknown) => unknown,
) => () => unknown;

/** A body that has been run. */
export interface FileModule {
  readonly module: { exports: unknown };
  readonly initial: object;
  /** What running the body gave: for a body with `await` in it, a promise. */
  ran: unknown;
}

/** The value of a body that ended without a `return` of its own. */
export interface Ended {
  readonly execute: unknown;
  readonly last: unknown;
}

/** What the entry rules need of the bodies of a run. */
export interface BodyModules {
  run(file: string): FileModule;
  readonly ended: WeakSet<object>;
}

interface Importing {
  resolve(namespace: object): void;
  reject(error: Error): void;
}

/** `import()` and `require()` for all files of a run. Order and caching are as Node has them. */
export class Modules implements BodyModules {
  readonly #host: Host;
  readonly #bundles: Bundles;
  readonly #contents: Record<string, unknown> = { __proto__: null };
  readonly #modules: Record<string, FileModule> = { __proto__: null } as never;
  readonly #importing: Record<number, Importing> = { __proto__: null } as never;
  readonly ended = new WeakSet<object>();

  constructor(host: Host, bundles: Bundles) {
    this.#host = host;
    this.#bundles = bundles;
  }

  define(file: string, content: unknown): void {
    this.#contents[file] = content;
  }

  /** Runs a body once; later calls give the same module. */
  run(file: string): FileModule {
    const known = this.#modules[file];
    if (known !== undefined) return known;
    const initial = {};
    const module = { exports: initial as unknown };
    const entry: FileModule = { module, initial, ran: undefined };
    this.#modules[file] = entry;
    const end = (execute: unknown, last: unknown): Ended => {
      const ended = { execute, last };
      this.ended.add(ended);
      return ended;
    };
    const factory = this.#contents[file] as Factory;
    const body = factory(module, initial, this.requireFrom(file), this.importFrom(file), end);
    entry.ran = Reflect.apply(body, initial, []);
    return entry;
  }

  requireFrom(file: string): (specifier: string) => unknown {
    const require = (specifier: string): unknown => {
      const loaded = this.#load(specifier, file, 'require');
      if (loaded.kind === 'later') throw new TypeError('require() cannot wait for a module');
      if (loaded.kind === 'member') return this.#bundles.exportsOf(loaded.member);
      if (loaded.kind === 'body') return this.run(loaded.file).module.exports;
      return loaded.kind === 'json' ? this.json(loaded.file) : this.#contents[loaded.file];
    };
    return require;
  }

  importFrom(file: string): (specifier: string, names?: string[]) => Promise<object> {
    return async (specifier, names = []) => {
      const loaded = this.#load(specifier, file, 'import');
      const namespace = await this.#namespace(loaded);
      for (const name of names) {
        if (!(name in namespace)) {
          throw new SyntaxError(
            `The requested module '${specifier}' does not provide an export named '${name}'`,
          );
        }
      }
      return namespace;
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

/** What `import` shows of a CommonJS module: its exports, and each of their properties by name. */
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

type Available = LoadedFile | LoadedMember | Later;

interface LoadedMember {
  readonly kind: 'member';
  readonly member: string;
  readonly form: MemberKind;
}

interface LoadedFile {
  readonly kind: 'body' | 'json' | 'module';
  readonly file: string;
}

interface Later {
  readonly kind: 'later';
  readonly id: number;
}
