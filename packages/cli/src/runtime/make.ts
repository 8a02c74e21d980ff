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
 * Builds a runtime: from the folder at a path, or a shipped one again for this machine's Node.
 * Writes it to `out`, or to where sandboxes find it by name.
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

/**
 * Builds in a copy: packages are installed beside the source, and a shipped source may be
 * read-only.
 */
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
