import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import type ivm from 'isolated-vm';
import type { Shelf } from '../../script/shelf.ts';
import { blobOf } from './blob.ts';
import { IsolateEngine } from './engine.ts';
import { openShelves } from './module-shelves.ts';
import { typed, typedOptions } from './rehearsal.ts';
import { compileTypes } from '../../script/typescript.ts';

const box = fileURLToPath(new URL('../../../dist/box/', import.meta.url));
const snapshot = join(box, `snapshot-${process.version}-${process.arch}.blob`);
const addon = join(
  dirname(createRequire(import.meta.url).resolve('isolated-vm/package.json')),
  `prebuilds/${process.platform}-${process.arch}/isolated-vm.abi${process.versions.modules}.glibc.node`,
);

/** Prints at the end which parts of its own library Node has loaded. */
const telling = "process.once('exit', () => console.log(process.moduleLoadList.join('\\n')));";

/** What Node has loaded once `code` is ready; closing the channel then ends the process. */
async function loadedBy(code: string, args: readonly string[] = []): Promise<string[]> {
  const child = spawn(process.execPath, ['-e', telling + code, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'pipe'],
  });
  const [, stdout, , channel] = child.stdio;
  assert.ok(stdout !== null && channel !== undefined && channel !== null);
  if (args.length > 0) await once(channel, 'data');
  channel.destroy();
  const [list] = await Promise.all([text(stdout), once(child, 'exit')]);
  return list.trim().split('\n');
}

const argumentsFor = (typescript: string): string[] => [
  join(box, 'runner.js'),
  '',
  String(2 ** 27),
  'false',
  addon,
  snapshot,
  '',
  typescript,
  '',
];

test('a runner that waits for a job has loaded next to nothing of Node, which each box would pay for', async () => {
  const bare = await loadedBy('');
  const loaded = await loadedBy('require(process.argv[1])', argumentsFor('false'));
  const more = loaded.filter((name) => name.startsWith('NativeModule') && !bare.includes(name));
  assert.deepEqual(more, ['NativeModule vm']);
});

test('the rehearsals load next to nothing of the shelves, which each box would pay for', () => {
  const binding: { exports: { ivm?: typeof ivm } } = { exports: {} };
  process.dlopen(binding, addon);
  const vm = binding.exports.ivm as typeof ivm;
  const opened = openShelves(box, '', '');
  const loaded: string[] = [];
  const recorded = (name: 'libraries' | 'builtins'): Pick<Shelf, 'read' | 'text'> => ({
    read: (file) => opened.shelves[name]?.read(file),
    text(file, encoding) {
      loaded.push(`${name}/${file}`);
      return opened.shelves[name]?.text(file, encoding);
    },
  });
  const shelves = {
    libraries: recorded('libraries'),
    builtins: recorded('builtins'),
    packages: undefined,
  };
  new IsolateEngine(vm, blobOf(vm, snapshot), 64, { ...opened, shelves });
  assert.deepEqual([...new Set(loaded)], ['builtins/querystring.js']);
});

test('a runner for TypeScript has the stripper loaded when it is ready', async () => {
  const loaded = await loadedBy('require(process.argv[1])', argumentsFor('true'));
  assert.ok(loaded.includes('NativeModule internal/deps/amaro/dist/index'));
});

test('the script that the stripper is tried with has nothing but types that can be stripped', () => {
  const made = compileTypes(typed, 'typescript', typedOptions);
  assert.ok('analysis' in made);
  assert.equal(made.origin, undefined);
});

test('the code that the build made of the runner is taken by this Node', () => {
  const code = globSync(`${box}main.js.${process.versions.v8}-*.code`);
  assert.equal(code.length, 1);
  const cachedData = readFileSync(code[0] ?? '');
  const source = readFileSync(join(box, 'main.js'), 'latin1');
  assert.equal(new Script(source, { cachedData }).cachedDataRejected, false);
});
