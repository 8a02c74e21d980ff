import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Paint } from '../output/terminal.ts';
import { doctorText } from './text.ts';

const plain: Paint = (_style, text) => text;

test('doctorText aligns the rows and puts the fix below', () => {
  const text = doctorText(
    {
      ok: false,
      floor: ['userns', 'seccomp'],
      rows: [
        { name: 'node', state: 'ok', detail: '24.', fix: null },
        {
          name: 'bubblewrap',
          state: 'missing',
          detail: 'Not found.\x1b[2J',
          fix: 'apt-get install bubblewrap',
        },
        { name: 'cgroup', state: 'weak', detail: 'None.', fix: null },
        { name: 'warm run', state: 'info', detail: '3 ms.', fix: null },
      ],
    },
    plain,
  );
  assert.equal(
    text,
    `✓ ok      node        24.
✗ missing bubblewrap  Not found.\\x1b[2J
                      fix: apt-get install bubblewrap
! weak    cgroup      None.
  info    warm run    3 ms.

This machine is below the floor (userns seccomp): castellan run refuses, except with --isolation none.
`,
  );
});
