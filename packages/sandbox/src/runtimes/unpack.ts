import { hash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { CastellanError } from '@castellan/protocol';
import { type PackedFile, packedPackages } from '@castellan/protocol/runtimes';

/**
 * Returns the `node_modules` of the runtime in `folder`: its own folder, or, for a runtime that was
 * shipped with its packages in one file, a folder in a cache that is filled when it is first needed.
 * Returns the path of the missing folder if there is neither. Throws `invalid_option` if no cache
 * can be written.
 */
export function nodeModulesOf(folder: string): string {
  const own = join(folder, 'node_modules');
  const packed = join(folder, packedPackages);
  if (existsSync(own) || !existsSync(packed)) return own;
  const bytes = readFileSync(packed);
  const name = hash('sha256', bytes).slice(0, 32);
  const problems: string[] = [];
  for (const make of [userCache, temporaryCache]) {
    try {
      const home = join(make(), name);
      if (!existsSync(home)) fill(home, bytes);
      return join(home, 'node_modules');
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  throw new CastellanError(
    'invalid_option',
    `The packages in ${packed} have to be unpacked once, and no folder for that can be written: ${problems.join('; ')}.`,
    {
      option: 'runtime',
      value: folder,
      fix: 'Set XDG_CACHE_HOME to a folder that can be written.',
    },
  );
}

/** `$XDG_CACHE_HOME/castellan/packages`. */
function userCache(): string {
  const home = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const cache = join(home, 'castellan', 'packages');
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  return cache;
}

/** A folder below `/tmp` that is this user's: anybody may have made what has its name. */
function temporaryCache(): string {
  const uid = process.getuid?.() ?? 0;
  const cache = join(tmpdir(), `castellan-packages-${uid}`);
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  const { uid: owner, mode } = lstatSync(cache);
  // The type, and that nobody else may enter.
  if (owner === uid && (mode & 0o170077) === 0o040000) return cache;
  throw new Error(`${cache} is somebody else's`);
}

/** Fills a folder, whole or not at all. Another process may do the same at the same time. */
function fill(home: string, packed: Uint8Array): void {
  const fresh = mkdtempSync(`${home}-`);
  try {
    for (const [path, bytes] of filesIn(brotliDecompressSync(packed))) {
      const file = join(fresh, 'node_modules', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
    renameSync(fresh, home);
  } catch (error) {
    if (!existsSync(home)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function* filesIn(bytes: Buffer): Generator<readonly [path: string, bytes: Buffer]> {
  const end = 4 + bytes.readUInt32BE(0);
  const list = JSON.parse(bytes.toString('utf8', 4, end)) as readonly PackedFile[];
  let at = end;
  for (const [path, length] of list) {
    const isInside = path.split('/').every((part) => !['', '.', '..'].includes(part));
    if (!isInside || at + length > bytes.length) throw new Error(`${path} is damaged`);
    yield [path, bytes.subarray(at, (at += length))];
  }
}
