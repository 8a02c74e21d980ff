import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * A `node_modules` with native code in it, as an operator may have: by its package `native` a script makes any
 * system call, as if it had broken out of JavaScript.
 */
export async function buildNative(): Promise<{ readonly folder: string } & Disposable> {
  const base = mkdtempSync(join(tmpdir(), 'castellan-native-'));
  // Whoever is in the box has to reach it.
  chmodSync(base, 0o755);
  const folder = join(base, 'node_modules');
  const home = join(folder, 'native');
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, 'package.json'),
    '{"name":"native","version":"1.0.0","main":"native.node"}',
  );
  const headers = fileURLToPath(new URL('include', import.meta.resolve('node-api-headers')));
  const source = join(import.meta.dirname, 'native.c');
  const flags = ['-O1', '-Wall', '-Werror', '-fPIC', '-shared', `-I${headers}`];
  await promisify(execFile)('gcc', [...flags, '-o', join(home, 'native.node'), source]);
  return { folder, [Symbol.dispose]: () => rmSync(base, { recursive: true }) };
}
