import { nodeGlobals } from './bundle-names.ts';
import type { BundleFactory, BundleScope, Host } from './host.ts';
import { packageProcess } from './package-process.ts';
import { inspectLibrary } from './platform/lazy.ts';

const { defineProperty } = Object;

/** The member name of a built-in's exports. */
const memberOf = (builtin: string): string => `builtins/${builtin}.js#0`;

/** Packages and built-ins, each fetched and evaluated when a run first asks for it. */
export class Bundles {
  readonly #host: Host;
  readonly #scope: BundleScope;
  readonly #loaded: Record<string, readonly (() => unknown)[]> = { __proto__: null } as never;
  readonly #exports: Record<string, { readonly value: unknown }> = { __proto__: null } as never;
  #handedOver: BundleFactory | undefined;

  constructor(host: Host) {
    this.#host = host;
    const free = (name: keyof typeof nodeGlobals): unknown => this.#free(name);
    let process: object | undefined;
    this.#scope = {
      get Buffer() {
        return free('Buffer');
      },
      get inspection() {
        return inspectLibrary();
      },
      get process() {
        return (process ??= packageProcess());
      },
      random: (length) => host.random(length),
      convert: host.convert,
      native: host.native,
      sleep: (ms) => host.sleep(ms),
    };
  }

  /** Takes a bundle that the host hands over: see `Guest.provideBundle`. */
  take(factory: BundleFactory): void {
    this.#handedOver = factory;
  }

  /** Sets the exports of a member that needs no bundle. */
  provide(member: string, value: unknown): void {
    this.#exports[member] = { value };
  }

  /** The exports of `bundle#index`, the same at every call. */
  exportsOf(member: string): unknown {
    const known = this.#exports[member];
    if (known !== undefined) return known.value;
    const at = member.lastIndexOf('#');
    const value = this.#members(member.slice(0, at))[Number(member.slice(at + 1))]?.();
    this.#exports[member] = { value };
    return value;
  }

  /** Defines globals of Node on `global`; each is loaded when it is first read. */
  defineGlobals(global: object, names: readonly string[]): void {
    for (const name of names) {
      const define = (value: unknown): void => {
        defineProperty(global, name, {
          value,
          writable: true,
          configurable: true,
          enumerable: false,
        });
      };
      defineProperty(global, name, {
        get: () => {
          const value = this.#free(name as keyof typeof nodeGlobals);
          define(value);
          return value;
        },
        set: define,
        configurable: true,
        enumerable: false,
      });
    }
  }

  #free(name: keyof typeof nodeGlobals): unknown {
    return (this.exportsOf(memberOf(nodeGlobals[name])) as Record<string, unknown>)[name];
  }

  #members(bundle: string): readonly (() => unknown)[] {
    const known = this.#loaded[bundle];
    if (known !== undefined) return known;
    this.#host.bundle(bundle);
    const factory = this.#handedOver;
    this.#handedOver = undefined;
    if (factory === undefined) throw new Error(`castellan: no bundle ${bundle}`);
    const members = factory(this.#scope, (member) => this.exportsOf(member));
    this.#loaded[bundle] = members;
    return members;
  }
}
