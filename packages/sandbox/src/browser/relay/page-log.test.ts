import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pageLog } from './page-log.ts';

describe('pageLog', () => {
  const event = { type: 'log', args: [{ type: 'string', value: 'x' }] };

  it('does not read an event that is too long to be written, nor any once it is full', () => {
    const lines: string[] = [];
    let reads = 0;
    const params = (): typeof event => {
      reads += 1;
      return event;
    };
    const log = pageLog((_level, text) => lines.push(text));
    log.event('Runtime.consoleAPICalled', params, 60_000_000);
    assert.deepEqual(
      [reads, lines],
      [0, ['[page] A line of about 60000000 characters is left out.']],
    );
    for (let count = 0; count < 600; count++) log.event('Runtime.consoleAPICalled', params, 100);
    assert.ok(reads <= 500, `${reads} events were read`);
    assert.match(lines.at(-1) ?? '', /are left out/);
  });
});
