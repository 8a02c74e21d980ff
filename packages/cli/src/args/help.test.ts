import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesOf } from '@castellan/protocol';
import { commandPages } from './commands.ts';
import { type HelpPage, helpText } from './help-page.ts';
import { runHelp, topHelp } from './help.ts';

const pages: readonly (readonly [string, HelpPage])[] = [
  ['castellan', topHelp],
  ...Object.entries(commandPages),
];

for (const [command, page] of pages) {
  test(`the help of ${command} lists every option and fits a terminal`, () => {
    const text = helpText(page);
    for (const name of Object.keys({ ...page.options, ...page.more?.options })) {
      assert.match(text, new RegExp(`^  --${name}\\b`, 'm'));
    }
    for (const line of text.split('\n')) assert.ok(line.length <= 100, line);
  });
}

test('the help of the whole program names every command', () => {
  const text = helpText(topHelp);
  for (const name of namesOf(commandPages)) assert.match(text, new RegExp(`\\b${name}\\b`));
});

test('runHelp has a row for each exit code', () => {
  for (const code of [0, 1, 2, 3, 4, 130])
    assert.match(helpText(runHelp), new RegExp(`^  ${code}  \\S`, 'm'));
});
