import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doctorHelp, runHelp, runtimeHelp, topHelp } from './help.ts';
import { keysHelp, remoteHelp, serveHelp } from './service-help.ts';
import { keysOptions, remoteOptions, serveOptions } from './service-table.ts';
import { doctorOptions, runOptions, runtimeOptions, topOptions } from './table.ts';

for (const [command, text, table] of [
  ['topHelp', topHelp(), topOptions],
  ['runHelp', runHelp(), runOptions],
  ['runtimeHelp', runtimeHelp(), runtimeOptions],
  ['doctorHelp', doctorHelp(), doctorOptions],
  ['serveHelp', serveHelp(), serveOptions],
  ['remoteHelp', remoteHelp(), remoteOptions],
  ['keysHelp', keysHelp(), keysOptions],
] as const) {
  test(`${command} lists every option and fits a terminal`, () => {
    for (const name of Object.keys(table)) assert.match(text, new RegExp(`^  --${name}\\b`, 'm'));
    for (const line of text.split('\n')) assert.ok(line.length <= 100, line);
  });
}

test('runHelp has a row for each exit code', () => {
  for (const code of [0, 1, 2, 3, 4, 130])
    assert.match(runHelp(), new RegExp(`^  ${code}  \\S`, 'm'));
});
