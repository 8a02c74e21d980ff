import type ivm from 'isolated-vm';
import type { Loaded, LoadHow } from '../../guest/loaded.ts';
import type { Attributes } from '../../script/attributes.ts';
import type { Files } from '../../script/files.ts';
import { scriptRoot, urlOf } from '../../script/places.ts';
import { Refusal } from '../../script/refusal.ts';
import { asyncRefusal, cycleRefusal } from '../../script/require-refusals.ts';
import { hookModule } from './hooks.ts';
import type { Linker } from './linker.ts';
import type { Packages } from './packages.ts';
import type { Warm } from './warm.ts';

/** Answers what the files of one run ask for while it runs, and has V8 evaluate modules. */
export class Loader {
  /** Files and packages that threw when V8 evaluated them. */
  readonly failed = new Set<string>();
  readonly #warm: Warm;
  readonly #files: Files;
  readonly #packages: Packages;
  readonly #entry: string;
  readonly #linker: Linker;
  readonly #namespaces = new Set<string>();
  readonly #refusals = new Map<string, string>();

  constructor(warm: Warm, files: Files, packages: Packages, linker: Linker, entry: string) {
    this.#warm = warm;
    this.#linker = linker;
    this.#files = files;
    this.#packages = packages;
    this.#entry = entry;
  }

  /** The reasons of all refusals that the guest has received, by their messages. */
  get refusals(): ReadonlyMap<string, string> {
    return this.#refusals;
  }

  /** Answers what a file asks: see `LoadHow`. `later` takes an ES module that has to be evaluated. */
  load(
    specifier: string,
    from: string,
    how: LoadHow,
    about: string,
    later: (module: ivm.Module) => number,
  ): Loaded {
    try {
      if (how === 'meta') return this.#meta(from);
      if (how === 'resolve') return { kind: 'resolved', url: this.#url(specifier, from) };
      if (how === 'require') {
        return this.#require(specifier, from, new Set(JSON.parse(about) as string[]));
      }
      const attributes = JSON.parse(about) as Attributes;
      return { kind: 'later', id: later(this.#linker.linkImported(specifier, from, attributes)) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { reason, message, place, kind } = error;
      this.#refusals.set(message, reason);
      const at = place === null ? null : `${place.file}:${place.line}:${place.column}`;
      return { kind: 'refused', reason, message, error: kind, at };
    }
  }

  #meta(file: string): Loaded {
    const filename = scriptRoot + file;
    const dirname = filename.slice(0, filename.lastIndexOf('/'));
    return { kind: 'meta', url: urlOf(file), filename, dirname, main: file === this.#entry };
  }

  /** A package has no file here: it keeps its name. */
  #url(specifier: string, from: string): string {
    if (this.#files.isOwn(specifier)) return urlOf(this.#files.resolve(specifier, from));
    const { path } = this.#packages.find(specifier, 'import');
    return path.startsWith('builtins/') ? `node:${specifier.replace(/^node:/, '')}` : specifier;
  }

  #require(specifier: string, from: string, executing: ReadonlySet<string>): Loaded {
    if (!this.#files.isOwn(specifier)) {
      return { kind: 'member', member: this.#packages.find(specifier, 'require').path };
    }
    const file = this.#files.resolve(specifier, from);
    const kind = this.#files.kind(file);
    if (!this.#files.isLinked(file)) {
      if (kind === 'body' && this.#files.prepared(file).analysis.hasTopLevelAwait) {
        throw asyncRefusal(specifier, file);
      }
      this.#linker.define(file);
      return { kind, file };
    }
    const module = this.#linker.link(file);
    const { graph } = this.#linker;
    const waiting = graph.waiting(module);
    const cycle = graph.cycle(module, specifier, executing);
    if (cycle !== null) throw cycleRefusal(file, from, cycle);
    if (waiting !== undefined) throw asyncRefusal(specifier, waiting);
    graph.start(module);
    // Within a turn, isolated-vm does not say that a module threw: the guest does.
    module.evaluateSync();
    const failed = graph.names(module).filter((name) => this.failed.has(name));
    if (failed.length > 0) return { kind: 'failed', units: failed };
    if (kind === 'module') this.#defineNamespace(file, module);
    return { kind, file };
  }

  /** What `require()` gives of an ES module: as in Node, one with a default export says `__esModule`. */
  #defineNamespace(file: string, module: ivm.Module): void {
    if (this.#namespaces.has(file)) return;
    this.#namespaces.add(file);
    const { context, guest, isolate, hold } = this.#warm;
    let given = module;
    if (guest.needsFacade.applySync(undefined, [hold(module.namespace).derefInto()])) {
      const source = 'export*from"m";export{default}from"m";export const __esModule=true';
      given = hold(isolate.compileModuleSync(source, { filename: 'castellan:facade' }));
      given.instantiateSync(context, () => module);
      given.evaluateSync();
    }
    guest.define.applySync(undefined, [file, hold(given.namespace).derefInto()]);
  }

  /** Evaluates a module, and has its namespace passed to the guest when it has been evaluated. */
  evaluate(module: ivm.Module, id: number): void {
    const { graph } = this.#linker;
    graph.start(module);
    if (graph.waiting(module) === undefined) {
      module.evaluateSync();
      const { guest, hold } = this.#warm;
      guest.settleImport.applySync(undefined, [id, hold(module.namespace).derefInto()]);
      return;
    }
    const hook = hookModule(this.#warm, 'evaluated', String(id));
    this.#wrap(module, 'import*as n from"m";import{x}from"hook";x(n)', hook).evaluateSync();
  }

  /** Has V8 throw once more what a module threw. */
  rethrow(module: ivm.Module): void {
    try {
      this.#wrap(module, 'import"m"', module).evaluateSync();
    } catch {
      // The guest takes the value when isolated-vm copies it.
    }
  }

  #wrap(module: ivm.Module, source: string, hook: ivm.Module): ivm.Module {
    const { isolate, context, hold } = this.#warm;
    const wrapper = hold(isolate.compileModuleSync(source, { filename: 'castellan:entry' }));
    wrapper.instantiateSync(context, (specifier) => (specifier === 'm' ? module : hook));
    return wrapper;
  }
}
