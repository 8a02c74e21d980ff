import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { buildRuntime, type BuildRuntimeOptions } from '@castellan/press';
import { CastellanError } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import {
  isRuntimeName,
  type ListedRuntime,
  locateParts,
  openRuntime,
  ownRuntimes,
  type Runtime,
} from '@castellan/sandbox/runtimes';
import { makeFolder } from '../output/make-folder.ts';
import type { Progress } from '../output/progress.ts';
import { findSource } from './sources.ts';
import { tryingInBoxes } from './trial.ts';

/**
 * Builds a runtime: from the folder at a path, or a shipped one again for this machine's Node.
 * Writes it to `out`, or to where sandboxes find it by name.
 */
export async function makeRuntime(
  nameOrFolder: string,
  out: string | undefined,
  progress: Progress,
): Promise<Runtime> {
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
  makeFolder(dirname(target));
  const options = {
    parts: locateParts(),
    tryOut: tryingInBoxes((each, at, of) => progress.detail(`trying ${each}, ${at} of ${of}`)),
    onStage: (stage: string) => progress.stage(`${name}: ${stage}`),
  };
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

/**
 * Whether a runtime that sandboxes find by this name has to be built again: it is not whole, or it is
 * compiled for another Node.
 */
export function isStale({ runtime }: Pick<ListedRuntime, 'runtime'>): boolean {
  return runtime === null || !runtime.hasCode(locateParts().snapshot.codeKey);
}
