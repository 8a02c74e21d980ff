/** `castellan dev`, as an author uses it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../../../../test/shared/until.support.ts';
import { castellan, start } from '../castellan.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string): string => join(folder, name);

test('castellan dev runs a script, and again whenever a file of it is saved', async () => {
  mkdirSync(file('lib'));
  const main = `import { hello } from './lib/hello.js';
    export default ({ name }) => { console.log('logged', name); return hello + name; };`;
  writeFileSync(file('main.js'), main);
  writeFileSync(file('lib/hello.js'), "export const hello = 'one ';");
  writeFileSync(file('params.json'), '{"name":"Ada"}');
  const child = start(['dev', file('main.js'), '--params', `@${file('params.json')}`]);
  let out = '';
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  const exit = once(child, 'exit');
  const seen = (text: string) => until(`${text} is printed`, () => out.includes(`${text}\n`));
  try {
    await seen('"one Ada"');
    assert.ok(told.includes('logged Ada\n'), told);
    // A file in a folder below.
    writeFileSync(file('lib/hello.js'), "export const hello = 'two ';");
    await seen('"two Ada"');
    // As editors save: another file takes the name.
    writeFileSync(file('new.json'), '{"name":"Bob"}');
    renameSync(file('new.json'), file('params.json'));
    await seen('"two Bob"');
    writeFileSync(file('main.js'), 'export default () => {');
    await until('what is wrong is told', () => told.includes('syntax_error'));
    // What still runs is cancelled when something is saved.
    writeFileSync(
      file('main.js'),
      "console.log('waits'); await new Promise((done) => setTimeout(done, 60_000))",
    );
    await until('it runs', () => told.includes('waits\n'));
    rmSync(file('main.js'));
    await until('it is missed', () => told.includes('main.js" does not exist'));
    writeFileSync(file('main.js'), 'return "back"');
    await seen('"back"');
    assert.match(told, /cancelled/);
    child.kill('SIGINT');
    assert.deepEqual(await exit, [0, null]);
  } finally {
    child.kill('SIGKILL');
    await exit;
  }
});

for (const [args, message] of [
  [['-'], /dev needs a FILE, whose changes it sees/],
  [[], /No script was named/],
  [[file('none.js')], /none\.js" does not exist/],
  [[file('none.js'), '--stdin'], /Unknown option "--stdin"/],
] as const) {
  test(`castellan dev ${args.join(' ').replace(folder, '')} is bad usage`, async () => {
    const { code, stdout, stderr } = await castellan(['dev', ...args]);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, message);
  });
}
