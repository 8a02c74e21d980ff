import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { builtinsName, CastellanError, indexFile, type ModuleIndex } from '@castellan/protocol';
import { defaultRuntime, findRuntime } from '../runtimes/locate.ts';
import type { Runtime } from '../runtimes/open.ts';

/** In a list of modules: every package of the runtime. */
const allPackages = '*';

/** What scripts may import by name. */
export interface ModulePolicy {
  readonly runtime: Runtime | undefined;
  /** The Node built-ins that exist, without `node:`. */
  readonly builtins: readonly string[];
  /** Packages and built-ins, each with all that is below it. */
  readonly allowed: readonly string[];
  /** The same or less: what one run may import. Throws `invalid_option` for anything more. */
  narrow(modules: readonly string[] | undefined): readonly string[];
}

export interface ModuleOptions {
  readonly runtime?: string | null;
  readonly modules?: readonly string[];
}

/**
 * Finds the runtime and checks every name against what exists: all packages of the runtime where
 * `modules` is left out, and built-ins only when they are named. Throws `invalid_option`.
 */
export function modulePolicy(
  { runtime: wanted = defaultRuntime, modules = [allPackages] }: ModuleOptions,
  runnerDir: string,
): ModulePolicy {
  const runtime = wanted === null ? undefined : findRuntime(wanted);
  const packages = Object.keys(runtime?.packages ?? {});
  const builtins = builtinNames(runnerDir);
  const expand = (list: readonly string[]): string[] =>
    list.flatMap((name) => (name === allPackages ? packages : [name]));
  for (const name of expand(modules)) {
    if (builtins.includes(plain(name, builtins)) || runtime?.has(name) === true) continue;
    throw new CastellanError(
      'invalid_option',
      `modules: ${JSON.stringify(name)} does not exist here. Packages of runtime ${runtime?.name ?? 'none'}: ${listed(packages)}. Node built-ins: ${listed(builtins)}.`,
    );
  }
  const allowed = [...new Set(expand(modules))].toSorted();
  const isAllowed = (name: string): boolean =>
    allowed.some((other) => covers(plain(other, builtins), plain(name, builtins)));
  return {
    runtime,
    builtins,
    allowed,
    narrow(given) {
      if (given === undefined) return allowed;
      const list = given.flatMap((name) =>
        name === allPackages ? packages.filter(isAllowed) : [name],
      );
      const refused = list.find((name) => !isAllowed(name));
      if (refused === undefined) return [...new Set(list)].toSorted();
      throw wider(refused, allowed);
    },
  };
}

/** The node engine has all of Node and what lies in its `node_modules`; a list of names narrows both. */
export function nodeModulePolicy({ modules = [allPackages] }: ModuleOptions): ModulePolicy {
  const bare = (name: string): string => name.replace(/^node:/, '');
  const isAllowed = (name: string): boolean =>
    modules.some((other) => other === allPackages || covers(bare(other), bare(name)));
  return {
    runtime: undefined,
    builtins: builtinModules,
    allowed: modules,
    narrow(given = modules) {
      const refused = given.find((name) => !isAllowed(name));
      if (refused === undefined) return given;
      throw wider(refused, modules);
    },
  };
}

function wider(name: string, allowed: readonly string[]): CastellanError {
  return new CastellanError(
    'invalid_option',
    `run: modules can only narrow what the sandbox allows, and ${JSON.stringify(name)} is not allowed. Allowed: ${listed(allowed)}.`,
  );
}

/** The Node built-ins of our own that the runner has, without `node:`. */
export function builtinNames(runnerDir: string): string[] {
  const index = readFileSync(join(runnerDir, builtinsName, indexFile(builtinsName)), 'utf8');
  return (JSON.parse(index) as ModuleIndex).map(([specifier]) => specifier);
}

/** `node:url` and `url` are one; `node:lodash` is nothing. */
function plain(name: string, builtins: readonly string[]): string {
  const bare = name.replace(/^node:/, '');
  return builtins.includes(bare) ? bare : name;
}

/** A name allows itself and everything below it. */
function covers(name: string, specifier: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
