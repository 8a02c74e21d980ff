import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const common = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-Wl,-z,noexecstack', '-s'];

/** By what the build makes of a source in `native`: how it is compiled, and what boxes lack without it. */
const made = {
  'lock.node': {
    flags: addon(),
    lacks: 'the layers mute and nodump (boxes of isolates)',
  },
  'stack.node': {
    flags: addon(),
    lacks: 'room for sources that nest more than some hundred levels deep',
  },
  landlock: {
    // Nothing but what it says: no library, and no call that the compiler would make of a loop.
    flags: ['-static', '-nostdlib', '-ffreestanding', '-fno-stack-protector'].concat(
      '-fno-tree-loop-distribute-patterns',
      '-Wl,--build-id=none',
    ),
    lacks: 'the layer landlock',
  },
} as const;

/**
 * Compiles what Node cannot do by itself. Where that cannot be done the box is complete without: boxes lack
 * layers, which `castellan doctor` says too. A release is not made without.
 */
export function buildNative(box: string): void {
  for (const [name, { flags, lacks }] of Object.entries(made)) {
    const source = fileURLToPath(
      new URL(`../native/${name.replace(/\.node$/, '')}.c`, import.meta.url),
    );
    const rest = [...common, ...flags, '-o', `${box}${name}`, source];
    const { error, status } = spawnSync('gcc', rest, { stdio: 'inherit' });
    if (status === 0) continue;
    const why = error === undefined ? `gcc ended with ${status}` : 'gcc was not found';
    console.warn(
      `WARNING: ${name} is not built: ${why}. Boxes will lack ${lacks}. To mend it: apt-get install gcc libc6-dev, then npm run build.`,
    );
  }
}

/** Of an add-on. Addresses are resolved before the first call, and read-only from then on. */
function addon(): string[] {
  const headers = fileURLToPath(new URL('include', import.meta.resolve('node-api-headers')));
  return ['-fPIC', '-shared', '-Wl,-z,relro,-z,now', `-I${headers}`];
}
