import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noInput } from '../script/input.ts';
import type { Writing } from '../script/draft.ts';
import type { Policy } from '../session/offer.ts';
import { unfitHere } from './unfit.ts';

const policy = { engine: 'isolate', browser: true, helpers: ['mail.send'] } as unknown as Policy;
const file = (text: string, name = 'script.ts') => ({ name, text });

function unfit(files: Writing['files'], changed: Partial<Writing> = {}, under = policy) {
  const writing = { files, params: '{}', policy: null, isolation: null, limits: {}, browser: true };
  return unfitHere({ ...writing, ...noInput, ...changed }, under);
}

test('unfitHere lets JavaScript of one file pass, also where words of others stand in it', () => {
  for (const text of [
    'return params.n + 1',
    'export default ({ type }) => { interfaces(type); return { artifacts: 1, from: "x" }; }',
    'const email = { send: String }; return email.send(1) + my.mail.send + mail.sender',
    'await fetch("data:,x"); console.log(env.FROM, stdin)',
    "import type { A } from './a.ts';\ninterface B {\n  c: A;\n}\nreturn 1 as B",
    '',
  ]) {
    assert.equal(unfit([file(text)]), null, text);
    assert.equal(unfit([file(text, 'script.mjs')]), null, text);
  }
});

test('unfitHere says what cannot run in a browser, and what to do', () => {
  const node = { ...policy, engine: 'node' } as Policy;
  const rows: readonly (readonly [RegExp, ReturnType<typeof unfit>])[] = [
    [/full Node/, unfit([file('1')], {}, node)],
    [/Only one file/, unfit([file('1'), file('2', 'b.js')])],
    [/Only one file/, unfit([file('1')], { data: [{ name: 'a', base64: '' }] })],
    [/another kind/, unfit([file('1', 'page.tsx')])],
    [/another kind/, unfit([file('1', 'rows.csv')])],
    [/no packages/, unfit([file("import _ from 'lodash';")])],
    [/no packages/, unfit([file('const fs = require("node:fs")')])],
    [/no browser/, unfit([file('await page.goto("http://a.example")')])],
    [/no artifacts/, unfit([file('await artifacts.write("a", "b")')])],
    [/no artifacts/, unfit([file('return files.read("a")')])],
    [/helpers/, unfit([file('return mail.send("a")')])],
    [/helpers/, unfit([file('return now()')], {}, { ...policy, helpers: ['now'] })],
    [/recorded/, unfit([file('1')], { record: { trace: true } })],
  ];
  for (const [why, told] of rows) {
    assert.match(told?.why ?? 'nothing', why);
    assert.notEqual(told?.fix, '');
  }
});
