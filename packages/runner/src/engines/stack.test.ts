import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const addon = fileURLToPath(new URL('../../dist/box/stack.node', import.meta.url));

/** How deep a function calls itself before, with the whole stack, and after, where the kernel gives so many KiB. */
function depths(kibibytes: number | 'unlimited'): number[] {
  const program = `
    const binding = { exports: {} };
    process.dlopen(binding, ${JSON.stringify(addon)});
    const depth = () => { let n = 0; const f = () => { n++; f() }; try { f() } catch {} return n };
    depth();
    const all = [depth()];
    for (const isWhole of [true, false]) { binding.exports(isWhole); all.push(depth()) }
    console.log(JSON.stringify(all))`;
  const command = `ulimit -s ${kibibytes} && exec "$0" -e "$1"`;
  const said = execFileSync('sh', ['-c', command, process.execPath, program], { encoding: 'utf8' });
  return JSON.parse(said) as number[];
}

for (const kibibytes of [8_192, 'unlimited'] as const) {
  test(`JavaScript has the whole stack when it asks, and the usual one after: ${kibibytes}`, () => {
    const [before = 0, whole = 0, after = 0] = depths(kibibytes);
    assert.ok(whole > 5 * before, `${before}, ${whole}`);
    assert.ok(Math.abs(after - before) < before / 10, `${before}, ${after}`);
  });
}

test('a stack that is hardly larger than the usual one is left as it is', () => {
  const [before = 0, whole = 0] = depths(2_048);
  assert.ok(Math.abs(whole - before) < before / 10, `${before}, ${whole}`);
});
