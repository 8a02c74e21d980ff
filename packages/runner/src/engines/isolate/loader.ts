import { isRelative } from '@castellan/protocol/paths';
import type ivm from 'isolated-vm';
import type { HookKind, Loaded } from '../../guest/host.ts';
import { syntaxRefusal } from '../../script/failure.ts';
import type { Warm } from './warm.ts';
import { importHook } from '../../script/prepare.ts';
import type { Files } from '../../script/files.ts';
import { type Bridge, bridgeSource, hookModule } from './hooks.ts';
import { withImportPlace } from '../../script/imports.ts';
import { exportedNames } from '../../script/exported-names.ts';
import type { Found } from './module-folders.ts';
import type { Packages } from './packages.ts';
import { Refusal } from '../../script/refusal.ts';

/** Compiles, links and hands over the files of one run. */
export class Loader {
  readonly #warm: Warm;
  readonly #files: Files;
  readonly #packages: Packages;
  readonly #modules = new Map<string, ivm.Module>();
  readonly #fileOf = new Map<ivm.Module, string>();
  readonly #defined = new Set<string>();
  /** The ES modules that re-export packages, by path. */
  readonly #reexports = new Map<string, ivm.Module>();

  readonly #refusals = new Map<string, string>();

  constructor(warm: Warm, files: Files, packages: Packages) {
    this.#warm = warm;
    this.#files = files;
    this.#packages = packages;
  }

  /** The reasons of all refusals that the guest has received, by their messages. */
  get refusals(): ReadonlyMap<string, string> {
    return this.#refusals;
  }

  /** Answers the guest's `import()` and `require()`. `later` takes an ES module that has to be evaluated. */
  load(
    specifier: string,
    from: string,
    how: 'import' | 'require',
    later: (module: ivm.Module) => number,
  ): Loaded {
    try {
      if (!isRelative(specifier)) {
        const { path, member } = this.#packages.find(specifier, how);
        return { kind: 'member', member: path, form: member.kind };
      }
      const file = this.#files.resolve(specifier, from);
      const kind = this.#files.kind(file);
      if (kind === 'module') {
        const module = this.link(file);
        if (how === 'import') return { kind: 'later', id: later(module) };
        if (this.#files.anyAwaits) {
          throw new Refusal(
            'module_denied',
            `require() cannot wait for the top-level await in ${JSON.stringify(specifier)}; use import()`,
          );
        }
        module.evaluateSync();
        this.#warm.guest.define.applySync(undefined, [file, module.namespace.derefInto()]);
      } else {
        this.#requireSync(file, specifier, how);
        this.define(file);
      }
      return { kind, file };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { reason, place } = error;
      const at =
        place === null || reason !== 'syntax_error'
          ? ''
          : ` (${place.file}:${place.line}:${place.column})`;
      const message = error.message + at;
      this.#refusals.set(message, reason);
      return { kind: 'refused', reason, message };
    }
  }

  /** Passes a body's factory or a JSON file's text to the guest, once. */
  define(file: string): void {
    if (this.#defined.has(file)) return;
    this.#defined.add(file);
    const { isolate, context } = this.#warm;
    if (this.#files.kind(file) === 'json') {
      this.#warm.guest.define.applySync(undefined, [file, this.#files.source(file)]);
      return;
    }
    const { code, prefixLength } = this.#files.prepared(file);
    const factory = this.#refusingBadSyntax(() =>
      isolate.compileScriptSync(code, { filename: file, columnOffset: 0 - prefixLength }),
    ).runSync(context, { reference: true });
    this.#warm.guest.define.applySync(undefined, [file, factory.derefInto()]);
  }

  /** Links an ES module with everything that it imports statically, so that it can be evaluated. */
  link(file: string): ivm.Module {
    const module = this.#module(file);
    try {
      module.instantiateSync(this.#warm.context, (specifier, from) =>
        this.#linked(specifier, from),
      );
    } catch (error) {
      throw error instanceof Refusal ? error : this.#linkRefusal(error);
    }
    return module;
  }

  /** Evaluates `target`, then passes its namespace to the guest; a top-level `await` is waited for. */
  evaluateThen(target: ivm.Module, kind: 'evaluated' | 'entryEvaluated', about: string): void {
    const { isolate, context, guest } = this.#warm;
    if (!this.#files.anyAwaits) {
      target.evaluateSync();
      const namespace = target.namespace.derefInto();
      if (kind === 'entryEvaluated')
        guest.enterModule.applySync(undefined, [namespace, about !== '']);
      else guest.settleImport.applySync(undefined, [Number(about), namespace]);
      return;
    }
    const hook = hookModule(this.#warm, kind, about);
    const source = 'import*as n from"target";import{x}from"hook";x(n)';
    const wrapper = isolate.compileModuleSync(source, { filename: 'castellan:entry' });
    wrapper.instantiateSync(context, (specifier) => (specifier === 'target' ? target : hook));
    wrapper.evaluateSync();
  }

  #requireSync(file: string, specifier: string, how: string): void {
    if (how === 'import' || file.endsWith('.json')) return;
    const { analysis } = this.#files.prepared(file);
    if (!analysis.hasTopLevelAwait && analysis.imports.length === 0) return;
    throw new Refusal(
      'module_denied',
      `require() cannot wait for ${JSON.stringify(specifier)}, which uses await or import at its top level; use import()`,
    );
  }

  #module(file: string): ivm.Module {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const module = this.#files.kind(file) === 'module' ? this.#native(file) : this.#bridge(file);
    this.#modules.set(file, module);
    this.#fileOf.set(module, file);
    return module;
  }

  #native(file: string): ivm.Module {
    const { code, prefixLength } = this.#files.prepared(file);
    return this.#refusingBadSyntax(() =>
      this.#warm.isolate.compileModuleSync(code, {
        filename: file,
        columnOffset: 0 - prefixLength,
      }),
    );
  }

  /** An ES module that re-exports a body or a JSON file, with the names that Node would find. */
  #bridge(file: string): ivm.Module {
    this.define(file);
    const isJson = file.endsWith('.json');
    const prepared = isJson ? undefined : this.#files.prepared(file);
    const isAsync =
      prepared !== undefined &&
      (prepared.analysis.hasTopLevelAwait || prepared.analysis.imports.length > 0);
    const names = prepared === undefined ? [] : exportedNames(prepared);
    const kind = isJson ? 'json' : isAsync ? 'asyncBody' : 'body';
    return this.#reexport({ isAsync, defaultIs: 'exports', names }, kind, file);
  }

  /** An ES module that re-exports a package or a built-in. */
  #package({ path, member: { kind, names } }: Found): ivm.Module {
    const known = this.#reexports.get(path);
    if (known !== undefined) return known;
    const defaultIs = kind === 'module' ? 'member' : 'exports';
    const module = this.#reexport({ isAsync: false, defaultIs, names }, 'member', path);
    this.#reexports.set(path, module);
    return module;
  }

  #reexport(bridge: Bridge, kind: HookKind, about: string): ivm.Module {
    const source = bridgeSource('hook', bridge);
    const module = this.#warm.isolate.compileModuleSync(source, { filename: 'castellan:bridge' });
    const hook = hookModule(this.#warm, kind, about);
    module.instantiateSync(this.#warm.context, () => hook);
    return module;
  }

  #linked(specifier: string, from: ivm.Module): ivm.Module {
    const file = this.#fileOf.get(from);
    if (file === undefined)
      throw new Error('a module that is none of the script’s files imports nothing');
    if (specifier === `${importHook}${this.#files.alias}`) {
      return hookModule(this.#warm, 'import', file);
    }
    return withImportPlace(this.#files, specifier, file, () => {
      if (!isRelative(specifier)) return this.#package(this.#packages.find(specifier, 'import'));
      return this.#module(this.#files.resolve(specifier, file));
    });
  }

  /** Turns the engine's syntax errors into refusals with a place. */
  #refusingBadSyntax<T>(compile: () => T): T {
    try {
      return compile();
    } catch (error) {
      const { reason, message, place } = syntaxRefusal(error);
      const origin = place === null ? undefined : this.#files.origin(place);
      throw new Refusal(reason, message, origin ?? place);
    }
  }

  /** The refusal of a name that a module does not export. V8 names the module; the place is looked up. */
  #linkRefusal(thrown: unknown): Refusal {
    const { message } = syntaxRefusal(thrown);
    const specifier = /^The requested module '(.+)' (?:does not provide|contains)/.exec(
      message,
    )?.[1];
    const places = [...this.#modules.keys()].map((file) =>
      this.#files.importPlace(specifier ?? '', file),
    );
    return new Refusal('syntax_error', message, places.find((place) => place !== null) ?? null);
  }
}
