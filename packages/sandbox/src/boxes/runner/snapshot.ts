import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CastellanError } from '@castellan/protocol';
import { codeKey } from '@castellan/protocol/runtimes';
import type { Snapshot } from './box.ts';

const require = createRequire(import.meta.url);

/**
 * Locates a snapshot, or makes it. Its key is computed on this side, as a box would load all of
 * Node's cryptography for it.
 */
export function locateSnapshot(
  runnerDir: string,
  addon: string,
  extras: readonly 'browser'[],
): Snapshot {
  const file = snapshotFile(runnerDir, addon, extras);
  const sha256 = hash('sha256', readFileSync(file));
  return { file, codeKey: codeKey(process.versions.v8, process.arch, sha256) };
}

/**
 * A snapshot of the prelude fits exactly one build of V8. The package contains one for the Node that it
 * was built with; for any other it is made once from the prelude and kept in the user's cache. Only code
 * of this project may ever be put into one: a snapshot is as powerful as machine code.
 */
function snapshotFile(runnerDir: string, addon: string, extras: readonly 'browser'[]): string {
  const name = [...extras, `snapshot-${process.version}-${process.arch}.blob`].join('-');
  const shipped = join(runnerDir, name);
  if (existsSync(shipped)) return shipped;
  const prelude = join(runnerDir, 'prelude.js');
  const made = statSync(prelude);
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'castellan');
  const kept = join(cache, `${made.mtimeMs.toString(36)}-${made.size.toString(36)}-${name}`);
  if (!existsSync(kept)) {
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    const fresh = `${kept}.${process.pid}`;
    writeFileSync(fresh, makeSnapshot(addon, runnerDir, extras), { flag: 'wx', mode: 0o644 });
    renameSync(fresh, kept);
  }
  if (statSync(kept).uid !== process.getuid?.()) {
    throw new CastellanError('box_failed', `${kept} belongs to another user; remove it.`);
  }
  return kept;
}

function makeSnapshot(addon: string, runnerDir: string, extras: readonly 'browser'[]): Uint8Array {
  const { ivm } = require(addon) as {
    ivm: {
      Isolate: { createSnapshot(scripts: object[], warmup: string): { copy(): ArrayBuffer } };
    };
  };
  const scripts = ['prelude', ...extras].map((name) => ({
    code: readFileSync(join(runnerDir, `${name}.js`), 'utf8'),
    filename: `castellan:${name}`,
  }));
  const warmup = readFileSync(join(runnerDir, 'warmup.js'), 'utf8');
  const snapshot = ivm.Isolate.createSnapshot(scripts, warmup);
  return new Uint8Array(snapshot.copy());
}
