import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Paint } from '../output/terminal.ts';
import { rowText, verdictText } from './text.ts';

const plain: Paint = (_style, text) => text;

test('rowText aligns the rows and puts the fix below', () => {
  const text = (
    [
      { name: 'node', state: 'ok', detail: '24.', fix: null },
      {
        name: 'bubblewrap',
        state: 'missing',
        detail: 'Not found.\x1b[2J',
        fix: 'apt-get install bubblewrap',
      },
      { name: 'egress gateway', state: 'weak', detail: 'None.', fix: null },
      { name: 'warm run', state: 'info', detail: '3 ms.', fix: null },
    ] as const
  ).map((row) => rowText(row, plain));
  assert.equal(
    text.join(''),
    `✓ ok      node            24.
✗ missing bubblewrap      Not found.\\x1b[2J
                          fix: apt-get install bubblewrap
! weak    egress gateway  None.
  info    warm run        3 ms.
`,
  );
});

test('verdictText says what a machine below the floor cannot do', () => {
  assert.equal(
    verdictText({ ok: false, floor: ['userns', 'seccomp'], rows: [] }, plain),
    '\nThis machine is below the floor (userns seccomp): castellan run refuses, except with --isolation none.\n',
  );
});
