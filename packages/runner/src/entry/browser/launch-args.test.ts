import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readArgs } from './launch-args.ts';

describe('readArgs', () => {
  for (const [args, look, ignored] of [
    [undefined, {}, ['undefined']],
    [[], {}, []],
    [['--window-size=1400,900'], { window: { width: 1400, height: 900 } }, []],
    [['--lang=de', '--user-agent=X y/1.0 (z=1)'], { locale: 'de', userAgent: 'X y/1.0 (z=1)' }, []],
    [['--lang=de_AT.UTF-8'], {}, ['--lang=de_AT.UTF-8']],
    [['--accept-lang=pt-BR,pt;q=0.9'], { locale: 'pt-BR' }, []],
    [['--user-agent=a', '--user-agent=b'], { userAgent: 'b' }, []],
    [
      ['--no-sandbox', '--headless=new', '--disable-gpu', '--proxy-server=http://x'],
      {},
      ['--no-sandbox', '--proxy-server=http://x'],
    ],
    [
      ['--window-size=0,5', '--window-size=1x2', '--window-size=99999,1', '--user-agent='],
      {},
      ['--window-size=0,5', '--window-size=1x2', '--window-size=99999,1', '--user-agent='],
    ],
    [['lang=de', 'https://example.com', 7], {}, ['lang=de', 'https://example.com', '7']],
    ['--lang=de', { locale: 'de' }, []],
  ] as const) {
    it(`reads ${JSON.stringify(args)}`, () => {
      assert.deepEqual(readArgs(args), { look, ignored });
    });
  }
});
