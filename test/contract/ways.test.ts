import type { Json } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { forEachEngine } from './contract.support.ts';

/** Noon of a summer's day in Vienna, and what dates make of it by the zone of the run. */
const summer = `
  const day = new Date('2026-08-03T12:00:00+02:00');
  return [
    day.getHours(),
    new Date(2026, 7, 3, 12).toISOString(),
    Intl.DateTimeFormat().resolvedOptions().timeZone,
    day.toString(),
    day.toLocaleString('en-US', { hour: 'numeric', timeZoneName: 'short' }),
  ];`;
const inUtc: Json = [
  10,
  '2026-08-03T12:00:00.000Z',
  'UTC',
  'Mon Aug 03 2026 10:00:00 GMT+0000 (Coordinated Universal Time)',
  '10 AM UTC',
];
const inVienna: Json = [
  12,
  '2026-08-03T10:00:00.000Z',
  'Europe/Vienna',
  'Mon Aug 03 2026 12:00:00 GMT+0200 (Central European Summer Time)',
  '12 PM GMT+2',
];

forEachEngine(({ engine, contract, cases, openSandbox, sandboxForFile }) => {
  const sandbox = sandboxForFile();

  cases(sandbox, [
    { name: 'dates are in UTC', source: summer, value: inUtc },
    {
      name: 'dates are in the time zone of the run',
      source: summer,
      options: { timezone: 'Europe/Vienna' },
      value: inVienna,
    },
    {
      name: 'env.TZ is the time zone, as in Node',
      source: summer,
      options: { env: { TZ: 'Europe/Vienna' } },
      value: inVienna,
    },
    {
      name: 'the option wins over env.TZ',
      source: summer,
      options: { timezone: 'Europe/Vienna', env: { TZ: 'Asia/Tokyo' } },
      value: inVienna,
    },
    {
      name: 'an env.TZ that names no zone is UTC',
      source: 'return [env.TZ, new Date(2026, 0, 1).toISOString()]',
      options: { env: { TZ: '/etc/localtime' } },
      value: ['/etc/localtime', '2026-01-01T00:00:00.000Z'],
    },
    {
      name: 'stdin is the text that the run was given',
      source: 'return [stdin, typeof stdin]',
      options: { stdin: 'a\nb\u00e9\u{1F600}\0' },
      value: ['a\nb\u00e9\u{1F600}\0', 'string'],
    },
    { name: 'stdin is empty when nothing was given', source: 'return stdin', value: '' },
    {
      name: 'a script may have a stdin of its own',
      source: 'const stdin = 5; return stdin',
      options: { stdin: 'x' },
      value: 5,
    },
    {
      name: 'an entry has stdin in its context',
      source: 'export default (params, { stdin }) => stdin.split("\\n").length',
      options: { stdin: 'a\nb' },
      value: 2,
    },
    {
      name: 'stdin may be as large as params',
      source: 'return stdin.length',
      options: { stdin: 'x'.repeat(2 ** 20) },
      value: 2 ** 20,
    },
  ]);

  contract('a stdin beyond paramsBytes is refused', () => {
    for (const stdin of ['x'.repeat(2 ** 20 + 1), '\u00e9'.repeat(2 ** 19 + 1)]) {
      assert.throws(() => sandbox().run('1', { stdin }), {
        code: 'params_too_large',
        message: /The stdin is \d+ bytes, paramsBytes allows 1048576\./,
      });
    }
    assert.throws(() => sandbox().run('1', { stdin: 5 as never }), /stdin must be a text, not 5/);
  });

  contract('a time zone that there is none of is refused with those that are spelled alike', () => {
    for (const [timezone, message] of [
      [
        'Europe/Viena',
        /timezone must be null or a time zone, perhaps Europe\/Vienna.*, not "Europe\/Viena"/,
      ],
      [
        '/usr/share/zoneinfo/Europe/Vienna',
        /timezone must be null or a time zone, perhaps Europe\/Vienna, not "\/usr/,
      ],
      ['+02:00', /timezone must be null or a time zone such as Europe\/Vienna, not "\+02:00"/],
    ] as const) {
      assert.throws(() => sandbox().run('1', { timezone }), { code: 'invalid_option', message });
    }
  });

  contract('with reuse tenant the zone of a run ends with it', async () => {
    await using reusing = await openSandbox({ reuse: 'tenant', concurrency: 1 });
    const zones: (string | undefined)[] = ['Europe/Vienna', undefined, 'Europe/Vienna', undefined];
    for (const timezone of zones) {
      const { value, isolation } = await reusing.run(summer, { tenant: 'a', timezone });
      assert.deepEqual(value, timezone === undefined ? inUtc : inVienna);
      assert.equal(isolation.reuse, 'tenant');
    }
  });

  if (engine === 'node') {
    cases(sandbox, [
      {
        name: 'full Node: process.stdin and descriptor 0 are that text',
        source: `
          let text = '';
          for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
          return text`,
        options: { stdin: 'one\ntwo\u00e9' },
        value: 'one\ntwo\u00e9',
      },
      {
        name: 'full Node: readFileSync(0) reads it, and the file has no name',
        source: `
          const fs = require('node:fs');
          return [fs.readFileSync(0, 'utf8'), fs.readdirSync(process.cwd()), fs.readdirSync(require('node:os').tmpdir())]`,
        options: { stdin: 'x'.repeat(100_000) },
        value: ['x'.repeat(100_000), [], []],
      },
      {
        name: 'full Node: an empty standard input is at its end at once',
        source: `
          const chunks = [];
          for await (const chunk of process.stdin) chunks.push(chunk);
          return chunks.length`,
        value: 0,
      },
      {
        name: 'full Node: process.env.TZ is the zone',
        source: 'return process.env.TZ',
        options: { timezone: 'europe/vienna' },
        value: 'Europe/Vienna',
      },
    ]);
  }
});
