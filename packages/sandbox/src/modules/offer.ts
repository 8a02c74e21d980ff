import type { EngineName } from '@castellan/protocol';
import type { ModulePolicy } from './modules.ts';

/** What scripts of a sandbox may import, and what they may call. */
export interface ModuleOffer {
  /** The engine of the sandbox. */
  readonly engine: EngineName;
  /** The name of the runtime; null where there is none. */
  readonly runtime: string | null;
  /** Every package of the runtime, whether scripts may import it or not. */
  readonly packages: readonly OfferedPackage[];
  /** Every Node built-in that the engine has, whether scripts may import it or not. */
  readonly builtins: readonly string[];
  /** What they may import, each with all below it; `*` and `node:*` in the node engine only. */
  readonly modules: readonly string[];
  /** The helpers that they may call, such as `mail.send`. */
  readonly helpers: readonly string[];
}

/** A package of a runtime. */
export interface OfferedPackage {
  /** As it is imported. */
  readonly name: string;
  /** The one version of it that the runtime has. */
  readonly version: string;
  /** From its manifest: mostly an SPDX expression. */
  readonly license: string;
  /** The path of its types, for editors; null without any. */
  readonly types: string | null;
}

export function moduleOffer(
  engine: EngineName,
  { runtime, builtins, allowed }: ModulePolicy,
  helpers: readonly string[],
): ModuleOffer {
  const packages = Object.entries(runtime?.packages ?? {}).map(([name, { version, license }]) => ({
    name,
    version,
    license,
    types: runtime?.typesOf(name) ?? null,
  }));
  return { engine, runtime: runtime?.name ?? null, packages, builtins, modules: allowed, helpers };
}
