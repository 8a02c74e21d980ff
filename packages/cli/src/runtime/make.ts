import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { buildRuntime, type BuildRuntimeOptions } from '@castellan/press';
import { CastellanError } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import {
  isRuntimeName,
  locateParts,
  openRuntime,
  ownRuntimes,
  type Runtime,
} from '@castellan/sandbox/runtimes';
import { findSource } from './sources.ts';
import { tryInBoxes } from './trial.ts';

/**
 * Builds a runtime: of the folder that a path names, or again, for this machine's Node, a shipped
 * one. It goes to `out`, or to where sandboxes look for it by its name.
 */
export async function makeRuntime(nameOrFolder: string, out?: string): Promise<Runtime> {
  const { folder, isShipped } = findSource(nameOrFolder);
  const name = basename(folder);
  if (!isRuntimeName(name)) {
    throw new CastellanError(
      'invalid_option',
      `The folder's name ${shown(name)} names the runtime: 1 to 64 letters, digits or . _ -, such as 2026.11.`,
      { value: name },
    );
  }
  const target = resolve(out ?? join(ownRuntimes(), name));
  const options = { parts: locateParts(), tryOut: tryInBoxes };
  if (isShipped) await buildCopy(folder, target, options);
  else await buildRuntime(folder, target, options);
  return openRuntime(target);
}

/** Packages are installed beside the source, and a shipped one may lie where nobody may write. */
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
