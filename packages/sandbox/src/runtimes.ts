import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { CastellanError } from '@castellan/protocol';
import { builtinNames } from './modules/modules.ts';
import { locateParts } from './drivers/parts.ts';
import { buildRuntime, type BuildRuntimeOptions } from './runtimes/build.ts';
import {
  defaultRuntime,
  isRuntimeName,
  ownRuntimes,
  places,
  runtimeSources,
} from './runtimes/locate.ts';
import { openRuntime, type Runtime } from './runtimes/open.ts';

export type { Runtime } from './runtimes/open.ts';
export { defaultRuntime };

/**
 * Builds a runtime: of the folder that a path names, or again, for this machine's Node, one that
 * came with Castellan. It lands where sandboxes look for it by its name, or in `out`.
 */
export async function makeRuntime(
  nameOrFolder: string,
  { out, ...options }: BuildRuntimeOptions & { readonly out?: string } = {},
): Promise<Runtime> {
  const folder = sourceOf(nameOrFolder);
  const name = basename(folder);
  const isShipped = folder.startsWith(runtimeSources);
  if (!isRuntimeName(name)) {
    throw new CastellanError(
      'invalid_option',
      `The folder's name ${JSON.stringify(name)} names the runtime: 1 to 64 letters, digits or . _ -, such as 2026.11.`,
    );
  }
  const target = resolve(out ?? join(ownRuntimes(), name));
  if (isShipped) await buildCopy(folder, target, options);
  else await buildRuntime(folder, target, options);
  return openRuntime(target);
}

/** Packages are installed beside the source, and ours may lie where nobody may write. */
async function buildCopy(
  folder: string,
  target: string,
  options: BuildRuntimeOptions,
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'castellan-runtime-'));
  try {
    const copy = join(scratch, basename(folder));
    cpSync(folder, copy, { recursive: true });
    await buildRuntime(copy, target, options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A runtime that is built here, or why what stands in its place cannot be used. */
export interface ListedRuntime {
  readonly name: string;
  readonly folder: string;
  readonly isShipped: boolean;
  readonly runtime: Runtime | null;
  readonly problem: string | null;
}

/** What sandboxes find by name on this machine: operators' own first, each newest name first. */
export function listRuntimes(): ListedRuntime[] {
  return places().map((place) => {
    try {
      return { ...place, runtime: openRuntime(place.folder), problem: null };
    } catch (error) {
      return { ...place, runtime: null, problem: (error as Error).message };
    }
  });
}

/** The Node built-ins that scripts can be allowed, without `node:`. */
export function listBuiltins(): string[] {
  return builtinNames(locateParts().runnerDir);
}

function sourceOf(nameOrFolder: string): string {
  const shipped = join(runtimeSources, nameOrFolder);
  const isName = isRuntimeName(nameOrFolder) && !existsSync(nameOrFolder);
  if (isName && existsSync(shipped)) return shipped;
  const folder = resolve(nameOrFolder);
  if (existsSync(join(folder, 'package.json'))) return folder;
  throw new CastellanError(
    'invalid_option',
    `${folder} has no package.json: a runtime is a folder with one, whose dependencies are the packages.`,
  );
}
