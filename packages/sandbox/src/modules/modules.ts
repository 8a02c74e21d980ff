import { existsSync, readFileSync } from 'node:fs';
import { builtinModules, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { CastellanError, type EngineName } from '@castellan/protocol';
import {
  builtinsName,
  indexFile,
  type ModuleIndex,
  packageName,
  shelfFile,
} from '@castellan/protocol/runtimes';
import { takeFromShelf } from '@castellan/protocol/shelf';
import { shown } from '@castellan/protocol/kinds';
import { covers } from '@castellan/protocol/module-names';
import { defaultRuntime, findRuntime } from '../runtimes/locate.ts';
import { packagesIn } from '../runtimes/node-modules.ts';
import type { Runtime } from '../runtimes/open.ts';

/** In a list of modules: every package of the runtime. */
const allPackages = '*';

/** What scripts may import by name. */
export interface ModulePolicy {
  readonly runtime: Runtime | undefined;
  /** Node engine: the folder that packages are imported from. */
  readonly nodeModules?: string | undefined;
  /** Node engine: a message that the default runtime has no packages for it, with the fix. */
  readonly noPackages?: string | undefined;
  /** The Node built-ins that exist, without `node:`. */
  readonly builtins: readonly string[];
  /** Packages and built-ins, each with all that is below it. */
  readonly allowed: readonly string[];
  /**
   * The modules that one run may import: all, or the given ones. Throws `invalid_option` for one
   * that is not allowed.
   */
  narrow(modules: readonly string[] | undefined): readonly string[];
}

export interface ModuleOptions {
  readonly runtime?: string | null;
  readonly modules?: readonly string[];
}

/**
 * Locates the runtime and validates the names of modules. Without `modules`, all packages of the runtime
 * are allowed and no built-ins. Throws `invalid_option`.
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
    throw notHere(
      name,
      `Packages of runtime ${runtime?.name ?? 'none'}: ${listed(packages)}. Node built-ins: ${listed(builtins)}.`,
      [...packages, ...builtins],
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

/** In a list of modules of the node engine: every built-in of Node's. */
const allBuiltins = 'node:*';

export interface NodeModuleOptions extends ModuleOptions {
  readonly nodeModules?: string;
}

/**
 * The module policy of the node engine: everything of Node, and every installed package, unless
 * `modules` is given. Throws `invalid_option` for a name that does not exist, and for a runtime
 * without installed packages.
 */
export function nodeModulePolicy(options: NodeModuleOptions): ModulePolicy {
  const { modules = [allPackages, allBuiltins] } = options;
  const runtime = installedRuntime(options);
  const nodeModules = options.nodeModules ?? runtime?.nodeModules;
  const packages = nodeModules === undefined ? [] : packagesIn(nodeModules);
  const everything = [allPackages, allBuiltins];
  for (const name of modules) {
    if (everything.includes(name) || isBuiltin(name) || isBuiltin(`node:${name}`)) continue;
    if (packages.includes(packageName(name))) continue;
    const owner = runtime === undefined ? (nodeModules ?? 'no runtime') : `runtime ${runtime.name}`;
    throw notHere(
      name,
      `Packages of ${owner}: ${listed(packages)}. ${allBuiltins} is every built-in of Node.`,
      [...packages, ...everything],
    );
  }
  const covering = (name: string): string =>
    bareBuiltin(name) === undefined ? allPackages : allBuiltins;
  const isAllowed = (name: string): boolean =>
    modules.some(
      (other) =>
        other === covering(name) || covers(bareBuiltin(other) ?? other, bareBuiltin(name) ?? name),
    );
  const isBare = nodeModules === undefined && options.runtime === undefined;
  return {
    runtime,
    nodeModules,
    noPackages: isBare ? noPackages(defaultRuntime) : undefined,
    builtins: builtinModules,
    allowed: modules,
    narrow(given = modules) {
      const refused = given.find((name) => !modules.includes(name) && !isAllowed(name));
      if (refused === undefined) return given;
      throw wider(refused, modules);
    },
  };
}

const policies: Readonly<
  Record<EngineName, (options: NodeModuleOptions, runnerDir: string) => ModulePolicy>
> = { isolate: modulePolicy, node: nodeModulePolicy };

/** What scripts of an engine may import. Throws `invalid_option`. */
export function policyFor(
  engine: EngineName,
  options: NodeModuleOptions,
  runnerDir: string,
): ModulePolicy {
  return policies[engine](options, runnerDir);
}

/** The name of a built-in without `node:`. */
function bareBuiltin(name: string): string | undefined {
  if (name === allBuiltins) return '*';
  return isBuiltin(name) ? name.replace(/^node:/, '') : undefined;
}

/** The runtime whose packages the node engine imports. The default runtime may have none installed. */
function installedRuntime({
  runtime: wanted,
  nodeModules,
}: NodeModuleOptions): Runtime | undefined {
  if (nodeModules !== undefined && wanted !== undefined) {
    throw new CastellanError(
      'invalid_option',
      'nodeModules takes the place of a runtime: give one of the two.',
      { option: 'nodeModules', value: nodeModules },
    );
  }
  if (nodeModules !== undefined || wanted === null) return undefined;
  const found = findRuntime(wanted ?? defaultRuntime);
  if (existsSync(found.nodeModules)) return found;
  if (wanted === undefined) return undefined;
  throw new CastellanError(
    'invalid_option',
    `runtime ${shown(wanted)} has no ${found.nodeModules}, which the node engine imports from. With runtime null there are no packages.`,
    { option: 'runtime', value: wanted, fix: `castellan runtime build ${found.name}` },
  );
}

function noPackages(runtime: string): string {
  return `The runtime ${runtime} has no packages for the node engine here: castellan runtime build ${runtime}`;
}

function notHere(name: string, whatIs: string, allowed: readonly string[]): CastellanError {
  const sentence = `modules: ${shown(name)} does not exist here. ${whatIs}`;
  return new CastellanError('invalid_option', sentence, {
    option: 'modules',
    value: name,
    allowed,
  });
}

function wider(name: string, allowed: readonly string[]): CastellanError {
  return new CastellanError(
    'invalid_option',
    `modules can only narrow what the sandbox allows, and ${shown(name)} is not allowed. Allowed: ${listed(allowed)}.`,
    { option: 'modules', value: name, allowed },
  );
}

/** The Node built-ins that the runner provides, without `node:`. */
export function builtinNames(runnerDir: string): string[] {
  const shelf = readFileSync(join(runnerDir, builtinsName, shelfFile));
  const index = takeFromShelf(shelf, indexFile(builtinsName)) ?? Buffer.from('[]');
  return (JSON.parse(Buffer.from(index).toString()) as ModuleIndex).map(([specifier]) => specifier);
}

/** `node:url` and `url` are one; `node:lodash` is nothing. */
function plain(name: string, builtins: readonly string[]): string {
  const bare = name.replace(/^node:/, '');
  return builtins.includes(bare) ? bare : name;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
