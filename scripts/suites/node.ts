/** Node's own tests of the modules that an isolate offers, where the folder of Node's sources has them. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Sandbox } from '@castellan/sandbox';
import type { Suite, Verdict } from './suite.ts';

const run = promisify(execFile);

/** The tests of a module are known by the beginnings of their names. */
const groups: Readonly<Record<string, RegExp>> = {
  assert: /^test-assert/,
  buffer: /^test-buffer/,
  crypto: /^test-crypto/,
  events: /^test-(?:event-emitter|events)/,
  path: /^test-path/,
  querystring: /^test-querystring/,
  stream: /^test-streams?(?:\d|-|\.)/,
  string_decoder: /^test-string-decoder/,
  timers: /^test-timers/,
  url: /^test-(?:url|whatwg-url)/,
  util: /^test-util/,
  zlib: /^test-zlib/,
};

const offered = [
  'assert',
  'assert/strict',
  'buffer',
  'crypto',
  'events',
  'path',
  'path/posix',
  'querystring',
  'stream',
  'stream/promises',
  'string_decoder',
  'timers',
  'timers/promises',
  'url',
  'util',
  'util/types',
  'zlib',
];
const ours = ['../common', '../common/index', '../common/index.js', 'node:test', 'test'];
const part = (name: string): string =>
  readFileSync(new URL(`node/${name}`, import.meta.url), 'utf8');

export const nodeSuite: Suite = {
  name: 'node',
  variable: 'CASTELLAN_SUITE_NODE',
  options: { modules: offered, limits: { wallMs: 20_000, cpuMs: 10_000, memoryBytes: 2 ** 28 } },

  cases(folder) {
    const names = readdirSync(join(folder, 'test/parallel')).filter((name) => name.endsWith('.js'));
    return names.flatMap((name) => {
      const group = Object.keys(groups).find((key) => groups[key]!.test(name));
      if (group === undefined) return [];
      const text = readFileSync(join(folder, 'test/parallel', name), 'utf8');
      return otherNeeds(text) === undefined ? [{ name, group, text }] : [];
    });
  },

  /** Whether it passes in plain Node, with all of `test/common`. */
  async isFair({ name, text }, folder) {
    const [, flags = ''] = /^\/\/ Flags: (.*)$/m.exec(text) ?? [];
    const file = join('test/parallel', name);
    const args = [...flags.split(' ').filter((flag) => flag !== ''), file];
    try {
      await run(process.execPath, args, { cwd: folder, timeout: 60_000, killSignal: 'SIGKILL' });
      return true;
    } catch {
      return false;
    }
  },

  async run(sandbox: Sandbox, { name, text }, folder): Promise<Verdict> {
    const values = { FILE: `/test/parallel/${name}`, TEST: `./${name}`, VERSION: process.version };
    const main = part('main.js').replaceAll(/\b(?:FILE|TEST|VERSION)\b/g, (key) =>
      JSON.stringify(values[key as keyof typeof values]),
    );
    const files = {
      'parallel/main.js': main,
      [`parallel/${name}`]: text.replaceAll(
        /require\((['"])(?:node:)?test\1\)/g,
        "require('../common/test')",
      ),
      'common/index.js': part('calls.js'),
      'common/test.js': part('test.js'),
      'common/fixtures.js': fixturesOf(text, folder),
    };
    const { status, value, error } = await sandbox.run({ entry: 'parallel/main.js', files });
    if (status === 'succeeded') return { passed: value === 'passed', why: JSON.stringify(value) };
    return {
      passed: false,
      why: `${error?.name}: ${error?.message}`,
      place: error?.line ?? undefined,
    };
  },
};

/** What a test needs that no isolate has. */
function otherNeeds(text: string): string | undefined {
  if (/^\/\/ Flags:.*--(?:expose|experimental|no-|stack|pending|throw)/m.test(text))
    return 'a flag';
  const names = [...text.matchAll(/(?:require|import)\((['"`])(.+?)\1\)/g)].map(
    ([, , name]) => name!,
  );
  return names.find((name) => {
    if (ours.includes(name) || /^\.\.\/common\/fixtures(?:\.js)?$/.test(name)) return false;
    const bare = name.replace(/^node:/, '');
    return !(builtinModules.includes(bare) && offered.includes(bare));
  });
}

/** The files that the text names, in a module that gives them out as Node's does. */
function fixturesOf(text: string, folder: string): string {
  if (!text.includes('common/fixtures')) return '';
  const found: Record<string, string> = {};
  for (const [, list = ''] of text.matchAll(/fixtures\.(?:read\w+|path)\(([^)]*)\)/g)) {
    const parts = [...list.matchAll(/(['"])(.+?)\1/g)].map(([, , one]) => one!);
    for (const path of [parts.join('/'), `keys/${parts[0]}`, parts[0] ?? '']) {
      const file = join(folder, 'test/fixtures', path);
      if (statSync(file, { throwIfNoEntry: false })?.isFile() === true)
        found[path] = readFileSync(file, 'base64');
    }
  }
  return `const found = ${JSON.stringify(found)};
const { Buffer } = require('buffer');
const read = (path, encoding) => {
  const bytes = Buffer.from(found[path], 'base64');
  return encoding === undefined ? bytes : bytes.toString(encoding);
};
const parted = (values) => [values.filter((one) => !/^(?:utf-?8|latin1|ascii)$/.test(one)).join('/'), values.find((one) => /^(?:utf-?8|latin1|ascii)$/.test(one))];
exports.readSync = (path, encoding) => read([path].flat().join('/'), encoding);
exports.readKey = (name, encoding) => read('keys/' + name, encoding);
exports.path = (...values) => '/test/fixtures/' + parted(values)[0];`;
}
