import type { Bundles } from './bundles.ts';
import { type Bodies, type Factory, type FileModule, newModule, runBody } from '../entry/bodies.ts';
import { codedError, refusal } from '../entry/failures.ts';
import type { OwnPending } from '../entry/pending.ts';
import type { Host } from './host.ts';
import type { Loaded, LoadHow } from './loaded.ts';
import type { Hook } from './hook.ts';
import { metaOf } from './import-meta.ts';
import { attributesOf } from './import-options.ts';
import { defineHidden, defineProperty, hasOwn, objectKeys } from './platform/natives.ts';
import type { Thrown } from './thrown.ts';

const { parse, stringify } = JSON;
const PromiseOf = Promise;

interface Importing {
  resolve(namespace: object): void;
  reject(error: unknown): void;
}

/** `import()` and `require()` for all files of a run, with Node's order and caching. */
export class Modules implements Bodies {
  readonly #host: Host;
  readonly #bundles: Bundles;
  readonly #thrown: Thrown;
  readonly #pending: OwnPending;
  readonly #contents: Record<string, unknown> = { __proto__: null };
  readonly #modules: Record<string, FileModule> = { __proto__: null } as never;
  readonly #importing: Record<number, Importing> = { __proto__: null } as never;
  /** How often each file is on the stack. */
  readonly #executing: Record<string, number> = { __proto__: null } as never;
  /** V8 puts it into no snapshot: it is there when a run's context is made. */
  readonly #dispose: typeof Symbol.dispose = Symbol.dispose;
  readonly #hooks: Record<string, Hook> = { __proto__: null } as never;

  constructor(host: Host, bundles: Bundles, thrown: Thrown, pending: OwnPending) {
    this.#pending = pending;
    this.#host = host;
    this.#bundles = bundles;
    this.#thrown = thrown;
  }

  define(file: string, content: unknown): void {
    this.#contents[file] = content;
  }

  run(file: string): FileModule {
    return this.#modules[file] ?? this.#start(file, this.#contents[file] as Factory, false);
  }

  /** As in Node, a file that threw has not been loaded, and runs again when it is asked for again. */
  #start(file: string, factory: Factory, hasModuleScope: boolean): FileModule {
    const entry = newModule();
    this.#modules[file] = entry;
    this.#begin(file);
    try {
      return runBody(entry, factory, this.#requireFrom(file), this.hookOf(file), hasModuleScope);
    } catch (error) {
      delete this.#modules[file];
      throw error;
    } finally {
      this.#end(file);
    }
  }

  #begin(file: string): void {
    this.#executing[file] = (this.#executing[file] ?? 0) + 1;
  }

  #end(file: string): void {
    const left = (this.#executing[file] ?? 0) - 1;
    if (left > 0) this.#executing[file] = left;
    else delete this.#executing[file];
  }

  #requireFrom(file: string): (specifier: string) => unknown {
    return (specifier) => {
      const loaded = this.#load(specifier, file, 'require', objectKeys(this.#executing));
      if (loaded.kind === 'member') return this.#bundles.exportsOf(loaded.member);
      if (loaded.kind === 'body') return this.run(loaded.file).module.exports;
      if (loaded.kind === 'json') return this.json(loaded.file);
      if (loaded.kind !== 'module') throw new TypeError('require() cannot wait for a module');
      const namespace = this.#contents[loaded.file] as Record<string, unknown>;
      return hasOwn(namespace, 'module.exports') ? namespace['module.exports'] : namespace;
    };
  }

  hookOf(file: string): Hook {
    const known = this.#hooks[file];
    if (known !== undefined) return known;
    const load = async (specifier: string, options?: unknown): Promise<object> => {
      const name = `${specifier}`;
      const loaded = this.#load(name, file, 'import', attributesOf(options));
      if (loaded.kind !== 'later') throw new TypeError('import() gives modules only');
      this.#pending.import++;
      try {
        return await new PromiseOf<object>((resolve, reject) => {
          this.#importing[loaded.id] = { resolve, reject };
        });
      } finally {
        this.#pending.import--;
      }
    };
    const hook = load as unknown as Hook;
    defineHidden(hook, 'enter', () => this.#enter(file));
    const fail = (error: unknown): never => {
      this.#thrown.keep(file, error);
      throw error;
    };
    defineHidden(hook, 'fail', fail);
    defineHidden(hook, 'call', (part: () => unknown) => {
      try {
        return part();
      } catch (error) {
        return fail(error);
      }
    });
    defineHidden(hook, 'body', (factory: Factory, _: string, isAsync: boolean) =>
      this.#body(factory, file, isAsync),
    );
    defineProperty(hook, 'meta', {
      __proto__: null,
      get: () => {
        const meta = metaOf((specifier, how) => this.#load(specifier, file, how, []));
        defineHidden(hook, 'meta', meta);
        return meta;
      },
      configurable: true,
    } as PropertyDescriptor);
    this.#hooks[file] = hook;
    return hook;
  }

  #enter(file: string): { done(): void } {
    let isDone = false;
    this.#begin(file);
    const resource = {
      done() {
        isDone = true;
      },
      [this.#dispose]: () => {
        this.#end(file);
        if (isDone) return;
        this.#host.moduleFailed(file);
        throw this.#thrown.await(file);
      },
    };
    return resource;
  }

  #body(factory: Factory, file: string, isAsync: boolean): unknown {
    return this.guard(file, () => {
      const { module, ran } = this.#start(file, factory, true);
      return isAsync ? this.#finished(file, module, ran) : module.exports;
    });
  }

  /** Runs a body for an ES module that re-exports it. */
  exportsOf(file: string): unknown {
    return this.guard(file, () => this.run(file).module.exports);
  }

  /** The same for a body that waits. */
  async finished(file: string): Promise<unknown> {
    const { module, ran } = this.guard(file, () => this.run(file));
    return this.#finished(file, module, ran);
  }

  async #finished(file: string, module: FileModule['module'], ran: unknown): Promise<unknown> {
    try {
      await ran;
    } catch (error) {
      throw this.#failed(file, error);
    }
    return module.exports;
  }

  /** Calls `load` for an ES module; what it throws stays in the isolate. */
  guard<T>(unit: string, load: () => T): T {
    try {
      return load();
    } catch (error) {
      throw this.#failed(unit, error);
    }
  }

  #failed(unit: string, error: unknown): object {
    this.#host.moduleFailed(unit);
    return this.#thrown.keep(unit, error);
  }

  /** Has `take` called with the entry's namespace or with what it threw. */
  onEntry(take: Importing): void {
    this.#importing[0] = take;
  }

  settleImport(id: number, namespace: object): void {
    this.#importing[id]?.resolve(namespace);
    delete this.#importing[id];
  }

  /**
   * Fails an import of which some modules failed, with what the first of them threw. False when that is
   * not known and there is no `fallback`.
   */
  failImport(id: number, units: readonly string[], fallback: Error | null): boolean {
    const thrown = this.#thrownBy(units) ?? (fallback === null ? undefined : { value: fallback });
    if (thrown === undefined) return false;
    this.#importing[id]?.reject(thrown.value);
    delete this.#importing[id];
    return true;
  }

  #thrownBy(units: readonly string[]): { readonly value: unknown } | undefined {
    for (let index = 0; index < units.length; index++) {
      const thrown = this.#thrown.of(units[index] ?? '');
      if (thrown !== undefined) return thrown;
    }
    return undefined;
  }

  #load(specifier: string, from: string, how: LoadHow, about: object): Available {
    const loaded = parse(this.#host.load(`${specifier}`, from, how, stringify(about))) as Loaded;
    if (loaded.kind === 'refused') {
      throw refusal(loaded.reason, loaded.message, loaded.error, loaded.at);
    }
    if (loaded.kind !== 'failed') return loaded;
    const thrown = this.#thrownBy(loaded.units);
    if (thrown !== undefined) throw thrown.value;
    throw codedError(null, `The module ${stringify(specifier)} failed`);
  }

  json(file: string): unknown {
    const content = this.#contents[file];
    if (typeof content !== 'string') return (content as { value: unknown }).value;
    const value: unknown = parse(content);
    this.#contents[file] = { value };
    return value;
  }
}

/** What a specifier resolved to, unless it was refused. */
type Available = Exclude<Loaded, { readonly kind: 'refused' | 'failed' }>;
