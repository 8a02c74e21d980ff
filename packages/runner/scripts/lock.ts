import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
const source = fileURLToPath(new URL('../native/lock.c', import.meta.url));

const flags = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-fPIC', '-shared'];
/** Addresses are resolved before the first call, and read-only from then on. */
const linked = ['-Wl,-z,relro,-z,now', '-Wl,-z,noexecstack', '-s'];

/**
 * Compiles the add-on by which a runner closes itself. Where that cannot be done the box is complete without it:
 * boxes lack the layers `mute` and `nodump`, which `castellan doctor` says too. A release is not made without.
 */
export function buildLock(box: string): void {
  const headers = fileURLToPath(new URL('include', import.meta.resolve('node-api-headers')));
  const rest = [...flags, ...linked, `-I${headers}`, '-o', `${box}lock.node`, source];
  const { error, status } = spawnSync('gcc', rest, { stdio: 'inherit' });
  if (status === 0) return;
  const why = error === undefined ? `gcc ended with ${status}` : 'gcc was not found';
  console.warn(
    `WARNING: lock.node is not built: ${why}. Boxes of isolates will lack the layers mute and nodump. To mend it: apt-get install gcc libc6-dev, then npm run build.`,
  );
}
