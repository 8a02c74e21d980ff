import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText } from './help-page.ts';
import { doctorHelp, runHelp, runtimeHelp, topHelp } from './help.ts';
import { keysHelp, remoteHelp, serveHelp } from './service-help.ts';
import { keysOptions, remoteOptions, serveOptions } from './service-table.ts';
import { doctorOptions, runOptions, runtimeOptions, topOptions } from './table.ts';

for (const [command, text, table] of [
  ['topHelp', helpText(topHelp), topOptions],
  ['runHelp', helpText(runHelp), runOptions],
  ['runtimeHelp', helpText(runtimeHelp), runtimeOptions],
  ['doctorHelp', helpText(doctorHelp), doctorOptions],
  ['serveHelp', helpText(serveHelp), serveOptions],
  ['remoteHelp', helpText(remoteHelp), remoteOptions],
  ['keysHelp', helpText(keysHelp), keysOptions],
] as const) {
  test(`${command} lists every option and fits a terminal`, () => {
    for (const name of Object.keys(table)) assert.match(text, new RegExp(`^  --${name}\\b`, 'm'));
    for (const line of text.split('\n')) assert.ok(line.length <= 100, line);
  });
}

test('runHelp has a row for each exit code', () => {
  for (const code of [0, 1, 2, 3, 4, 130])
    assert.match(helpText(runHelp), new RegExp(`^  ${code}  \\S`, 'm'));
});
