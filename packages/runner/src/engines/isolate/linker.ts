import type ivm from 'isolated-vm';
import type { HookKind } from '../../guest/host.ts';
import { type Attributes, judgeAttributes } from '../../script/attributes.ts';
import { exportedNames } from '../../script/exported-names.ts';
import { syntaxRefusal } from '../../script/failure.ts';
import type { Files } from '../../script/files.ts';
import { withImportPlace } from '../../script/imports.ts';
import { importHook } from '../../script/module-scope.ts';
import { Graph } from '../../script/graph.ts';
import { Refusal } from '../../script/refusal.ts';
import { type Bridge, bridgeSource, hookModule } from './hooks.ts';
import type { Found } from './module-shelves.ts';
import type { Packages } from './packages.ts';
import type { Warm } from './warm.ts';

/** Compiles the files of one run, and links them with what they import. */
export class Linker {
  readonly graph = new Graph<ivm.Module>();
  readonly #warm: Warm;
  readonly #files: Files;
  readonly #packages: Packages;
  /** Modules of files and packages by name. */
  readonly #modules = new Map<string, ivm.Module>();
  readonly #linked = new Set<ivm.Module>();
  /** Those that can be evaluated. */
  readonly #roots = new Set<ivm.Module>();
  readonly #defined = new Set<string>();

  constructor(warm: Warm, files: Files, packages: Packages) {
    this.#warm = warm;
    this.#files = files;
    this.#packages = packages;
  }

  /** Passes a body's factory or a JSON file's text to the guest, once. */
  define(file: string): void {
    if (this.#defined.has(file)) return;
    const { isolate, context, guest, hold } = this.#warm;
    if (this.#files.kind(file) === 'json') {
      guest.define.applySync(undefined, [file, this.#files.jsonText(file)]);
    } else {
      const { code, prefixLength } = this.#files.prepared(file);
      const factory = this.#refusingBadSyntax(() =>
        isolate.compileScriptSync(code, { filename: file, columnOffset: 0 - prefixLength }),
      ).runSync(context, { reference: true });
      guest.define.applySync(undefined, [file, hold(factory).derefInto()]);
    }
    this.#defined.add(file);
  }

  /** Links a file with everything that it imports statically, so that it can be evaluated. */
  link(file: string): ivm.Module {
    return this.#instantiate(this.#module(file));
  }

  /** Links what `from` names in an `import()`. Throws a `Refusal`. */
  linkImported(specifier: string, from: string, attributes: Attributes): ivm.Module {
    return this.#instantiate(this.#imported(specifier, from, attributes));
  }

  #instantiate(module: ivm.Module): ivm.Module {
    // Also what is linked already: only then isolated-vm knows in which context to evaluate it.
    if (this.#roots.has(module)) return module;
    try {
      module.instantiateSync(this.#warm.context, (specifier, from) =>
        this.#resolved(specifier, from),
      );
    } catch (error) {
      const refusal = error instanceof Refusal ? error : this.#linkRefusal(error);
      // What is half linked cannot be linked again: the next who asks gets new modules.
      for (const [name, known] of this.#modules) {
        if (!this.#linked.has(known)) this.#modules.delete(name);
      }
      throw refusal;
    }
    this.#roots.add(module);
    for (const reached of this.graph.reach(module)) this.#linked.add(reached);
    return module;
  }

  #module(file: string): ivm.Module {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const module = this.#files.isLinked(file) ? this.#native(file) : this.#bridge(file);
    this.#modules.set(file, module);
    const kind = this.#files.kind(file);
    const awaits = kind !== 'json' && this.#files.prepared(file).analysis.hasTopLevelAwait;
    this.graph.add(module, { name: file, kind, awaits });
    return module;
  }

  #native(file: string): ivm.Module {
    const { code, prefixLength } = this.#files.prepared(file);
    const { isolate, hold } = this.#warm;
    return this.#refusingBadSyntax(() =>
      hold(isolate.compileModuleSync(code, { filename: file, columnOffset: 0 - prefixLength })),
    );
  }

  /** An ES module that re-exports a body or a JSON file, with the names that Node would find. */
  #bridge(file: string): ivm.Module {
    this.define(file);
    if (file.endsWith('.json')) {
      return this.#reexport({ isAsync: false, defaultIs: 'value', names: [] }, 'json', file);
    }
    const { analysis, source } = this.#files.prepared(file);
    const isAsync = analysis.hasTopLevelAwait;
    const names = exportedNames(source, analysis);
    return this.#reexport(
      { isAsync, defaultIs: 'exports', names },
      isAsync ? 'asyncBody' : 'body',
      file,
    );
  }

  /** An ES module that re-exports a package or a built-in. */
  #package({ path, member: { kind, names } }: Found): ivm.Module {
    const known = this.#modules.get(path);
    if (known !== undefined) return known;
    const defaultIs = { module: 'member', json: 'value', commonjs: 'exports' } as const;
    // A built-in has no `module.exports` among its names.
    const isBuiltin = path.startsWith('builtins/') && kind === 'commonjs';
    const bridge = {
      isAsync: false,
      defaultIs: isBuiltin ? 'value' : defaultIs[kind],
      names,
    } as const;
    const module = this.#reexport(bridge, 'member', path);
    this.#modules.set(path, module);
    this.graph.add(module, { name: path, kind: 'package', awaits: false });
    return module;
  }

  #reexport(bridge: Bridge, kind: HookKind, about: string): ivm.Module {
    const source = bridgeSource('hook', bridge);
    const { isolate, hold } = this.#warm;
    const module = hold(isolate.compileModuleSync(source, { filename: 'castellan:bridge' }));
    const hook = hookModule(this.#warm, kind, about);
    module.instantiateSync(this.#warm.context, () => hook);
    this.#linked.add(module);
    this.#roots.add(module);
    return module;
  }

  /** Answers V8 while it links a module. */
  #resolved(specifier: string, from: ivm.Module): ivm.Module {
    const file = this.graph.unit(from)?.name;
    if (file === undefined)
      throw new Error('a module that is none of the script’s files imports nothing');
    if (specifier === `${importHook}${this.#files.alias}`) {
      return hookModule(this.#warm, 'import', file);
    }
    const target = withImportPlace(this.#files, specifier, file, () => {
      let module: ivm.Module | undefined;
      for (const attributes of this.#files.attributes(specifier, file)) {
        module = this.#imported(specifier, file, attributes);
      }
      return module ?? this.#imported(specifier, file, {});
    });
    this.graph.connect(from, specifier, target);
    return target;
  }

  #imported(specifier: string, from: string, attributes: Attributes): ivm.Module {
    if (!this.#files.isOwn(specifier)) {
      const found = this.#packages.find(specifier, 'import');
      judgeAttributes(attributes, specifier, found.member.kind === 'json');
      return this.#package(found);
    }
    const file = this.#files.resolve(specifier, from);
    judgeAttributes(attributes, file, file.endsWith('.json'));
    return this.#module(file);
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
