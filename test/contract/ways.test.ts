import type { Json } from '@castellan/protocol';
import type { Source } from '@castellan/sandbox';
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

  cases(sandbox, [
    {
      name: 'process.env is the environment that the run was given',
      source: 'return [process.env.url, process.env.url === env.url, process.env.none ?? null]',
      options: { env: { url: 'http://a/' } },
      value: ['http://a/', true, null],
    },
    {
      name: 'a script may have a process of its own',
      source: 'const process = 5; return process',
      options: { env: { url: 'x' } },
      value: 5,
    },
  ]);

  contract('a helper named like a global of a script says so at start', async () => {
    const { value } = await sandbox().run('return Object.getOwnPropertyNames(globalThis)', {
      env: { A: '1' },
    });
    const names = [...(value as string[]), 'input', 'browser', 'page', 'puppeteer', 'require'];
    for (const name of names) {
      await assert.rejects(openSandbox({ warm: 0, helpers: { [name]: () => 1 } }), {
        code: 'invalid_option',
        message: new RegExp(
          `^helpers: "${name}" is a name that scripts have from .*; choose another, or put it into a group\\.$`,
        ),
      });
    }
    await using grouped = await openSandbox({ warm: 0, helpers: { own: { fetch: () => 'mine' } } });
    assert.equal((await grouped.run('return own.fetch()')).value, 'mine');
  });

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

  const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const files = {
    'data.csv': 'a,b\n1,é\n',
    'deep/er/img.png': { base64: Buffer.from(every).toString('base64') },
    'd.json': '{"from":"json"}',
    'as.json': { base64: Buffer.from('[1]').toString('base64') },
    'empty.bin': { base64: '' },
    'lib.js': 'module.exports = 5',
  };
  const withFiles = (text: string, entry = 'main.js'): Source => ({
    entry,
    files: { ...files, [entry]: text },
  });

  cases(sandbox, [
    {
      name: 'files.read gives the bytes of a file, whatever they are',
      source: withFiles(`
        const bytes = await files.read('deep/er/img.png');
        const isPlain = Object.getPrototypeOf(bytes) === Uint8Array.prototype;
        return [isPlain, [...bytes], bytes.buffer.byteLength];`),
      value: [true, [...every], 256],
    },
    {
      name: 'files.read gives text on demand, and bytes of text',
      source: withFiles(`
        const bytes = await files.read('data.csv');
        return [
          await files.read('data.csv', 'utf8'),
          await files.read('./data.csv', 'utf-8'),
          new TextDecoder().decode(bytes),
          (await files.read('empty.bin')).length,
          await files.read('empty.bin', 'utf8'),
          (await files.read('deep/er/img.png', 'utf8')).length,
        ];`),
      value: [files['data.csv'], files['data.csv'], files['data.csv'], 0, '', 256],
    },
    {
      name: 'files.read gives sources and JSON too, and each time a copy',
      source: withFiles(`
        const first = await files.read('d.json');
        first.fill(0);
        return [await files.read('d.json', 'utf8'), await files.read('lib.js', 'utf8')];`),
      value: [files['d.json'], files['lib.js']],
    },
    {
      name: 'JSON is imported as before, and when it came as base64',
      source: withFiles(
        "import d from './d.json' with { type: 'json' }; return [d, require('./as.json'), require('./lib.js')]",
      ),
      value: [{ from: 'json' }, [1], 5],
    },
    {
      name: 'a file that was not given is not found, and those that were are named',
      source: withFiles(`
        const tries = ['x.csv', '../data.csv', '/etc/passwd', 'deep', 'DATA.CSV', '__proto__', ''];
        return Promise.all(
          tries.map((name) => files.read(name).catch(({ code, message }) => [code, message])),
        ).then((all) => [all[0], all.every(([code]) => code === 'not_found')]);`),
      value: [
        [
          'not_found',
          'The run was given no file "x.csv". Files: d.json, as.json, lib.js, main.js, data.csv, deep/er/img.png, empty.bin',
        ],
        true,
      ],
    },
    {
      name: 'an encoding that files.read does not know is refused',
      source: withFiles("await files.read('data.csv', 'latin1')"),
      reason: 'uncaught_exception',
      message:
        'files.read() gives bytes, or text with \'utf8\' as its second argument, not with "latin1"',
      at: 'main.js:1:13',
    },
    {
      name: 'an entry has files in its context',
      source: withFiles(
        "export default async (params, { files }) => files.read('d.json', 'utf8')",
        'main.mjs',
      ),
      value: files['d.json'],
    },
    {
      name: 'data of the size of sourceBytes passes, and its names may be odd',
      source: {
        entry: 'main.js',
        files: {
          'main.js': "return [(await files.read('b')).length, await files.read('ü ñ', 'utf8')]",
          b: { base64: Buffer.alloc(2 ** 20 - 100).toString('base64') },
          'ü ñ': 'odd',
        },
      },
      value: [2 ** 20 - 100, 'odd'],
    },
  ]);

  contract('files that cannot be are refused before anything runs', () => {
    const refused = (given: object, message: RegExp, code = 'invalid_source'): void => {
      const source = { entry: 'main.js', files: { 'main.js': '1', ...given } };
      assert.throws(() => sandbox().run(source), { code, message });
    };
    refused({ '../a.csv': '' }, /source\.files\["\.\.\/a\.csv"\] must be a relative path/);
    refused({ '/a.csv': '' }, /must be a relative path/);
    refused({ 'a\0.csv': '' }, /"a\\u0000\.csv"/);
    refused({ 'a.bin': { base64: 'A' } }, /base64 must be base64: its length is a multiple of 4/);
    refused({ 'a.bin': { hex: '' } }, /no option source\.files\["a\.bin"\]\.hex/);
    refused({ a: '', 'a/b': '' }, /"a\/b" lies in a folder that is a file as well/);
    refused({ 'b.js': { base64: '/w==' } }, /\["b\.js"\] is no text in UTF-8, and its name says/);
    refused(
      { b: { base64: Buffer.alloc(2 ** 20).toString('base64') } },
      /The source is 1048577 bytes long, sourceBytes allows 1048576/,
      'source_too_large',
    );
    assert.throws(() => sandbox().run({ entry: 'a.csv', files: { 'a.csv': '', 'b.js': '' } }), {
      message: /source\.entry "a\.csv" is data, and no script: .* Scripts: b\.js\./,
    });
  });

  if (engine === 'isolate') {
    cases(sandbox, [
      {
        name: 'isolate: process has env and nothing else, and is there only with an environment',
        source: 'return [typeof process, Object.getOwnPropertyNames(globalThis.process ?? {})]',
        value: ['undefined', []],
      },
      {
        name: 'isolate: process is an object with env',
        source: 'return Object.keys(process)',
        options: { env: { A: '1' } },
        value: ['env'],
      },
    ]);
  }

  if (engine === 'node') {
    cases(sandbox, [
      {
        name: 'full Node: data lies in the working directory, and is no artifact',
        source: withFiles(`
          const fs = require('node:fs');
          return [
            fs.readdirSync('.').sort(),
            fs.readFileSync('data.csv', 'utf8'),
            [...fs.readFileSync(__dirname + '/deep/er/img.png')].length,
            fs.readFileSync('as.json', 'utf8'),
          ];`),
        value: [
          ['as.json', 'd.json', 'data.csv', 'deep', 'empty.bin'],
          files['data.csv'],
          256,
          '[1]',
        ],
        check: ({ artifacts }) => assert.deepEqual(artifacts, []),
      },
      {
        name: 'full Node: data that a script has written to is an artifact',
        source: withFiles(`
          const fs = require('node:fs');
          fs.appendFileSync('data.csv', 'more');
          fs.rmSync('d.json');
          fs.writeFileSync('deep/new.txt', 'x');`),
        check: ({ artifacts }) =>
          assert.deepEqual(
            artifacts.map(({ name }) => name),
            ['data.csv', 'deep_new.txt'],
          ),
      },

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
