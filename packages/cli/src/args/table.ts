import { defaultRuntime } from '@castellan/protocol/runtimes';
import {
  engines,
  isolationChoices,
  type LimitName,
  type LimitRow,
  limitTable,
  namesOf,
  recordParts,
} from '@castellan/protocol';
import type { OptionRow, OptionTable } from './row.ts';
import { exactDuration, exactSize } from './units.ts';

export const help = { type: 'boolean', short: 'h', sentence: 'Prints this.' } as const;

export const topOptions = {
  help,
  version: { type: 'boolean', short: 'v', sentence: 'Prints the version.' },
} as const satisfies OptionTable;

/** What a box has: options of `castellan run`, and of the default policy of `castellan serve`. */
export const boxOptions = {
  engine: {
    type: 'string',
    library: 'engine',
    policy: 'engine',
    value: namesOf(engines).join('|'),
    standard: 'isolate',
    sentence: 'What executes the script: a bare V8 isolate, or all of Node.',
  },
  'allow-child-processes': {
    type: 'boolean',
    library: 'childProcesses',
    policy: 'childProcesses',
    sentence: 'With --engine node: the script may start processes, of Node itself.',
  },
  cpus: {
    type: 'string',
    library: 'cpus',
    policy: 'cpus',
    value: 'NUMBER',
    sentence:
      'Processors that the script may use at a time, such as 0.5; its browser as many again.',
  },
  isolation: {
    type: 'string',
    library: 'isolation',
    policy: 'isolation',
    value: namesOf(isolationChoices).join('|'),
    standard: 'auto',
    sentence: 'What builds the box. auto is the first that works here, never docker or none.',
  },
  'docker-socket': {
    type: 'string',
    policy: 'docker.socket',
    value: 'PATH',
    standard: '/var/run/docker.sock',
    sentence: 'With --isolation docker: the socket of the daemon.',
  },
  'docker-runtime': {
    type: 'string',
    policy: 'docker.runtime',
    value: 'NAME',
    standard: "the daemon's own",
    sentence: 'With --isolation docker: a runtime that the daemon knows, such as kata.',
  },
  browser: {
    type: 'boolean',
    library: 'browser',
    policy: 'browser',
    sentence: 'Gives the script a Chromium in a box of its own: browser, page and puppeteer.',
  },
  chromium: {
    type: 'string',
    policy: 'browser.executablePath',
    value: 'FILE',
    standard: 'where distributions put it',
    sentence: 'With --browser: the program itself, not a script that starts it.',
  },
  runtime: {
    type: 'string',
    library: 'runtime',
    policy: 'runtime',
    value: 'NAME|PATH',
    standard: defaultRuntime,
    sentence: 'The built packages that scripts may import; a PATH has a / in it.',
  },
  'allow-module': {
    type: 'string',
    library: 'modules',
    policy: 'modules',
    multiple: true,
    value: 'NAME',
    standard: 'all packages, and no built-in; with --engine node all of those too',
    sentence:
      'A package or Node built-in that scripts may import, or * for all packages and, with --engine node, node:* for all built-ins. May be repeated.',
  },
  'allow-host': {
    type: 'string',
    library: 'network',
    policy: 'network.allow',
    multiple: true,
    value: "HOST[:PORT]|'*'",
    standard: 'none',
    sentence: 'A host that fetch and pages may reach: a name, *.suffix or *. May be repeated.',
  },
  'allow-private': {
    type: 'string',
    policy: 'network.allowPrivate',
    multiple: true,
    value: 'CIDR',
    standard: 'none',
    sentence: 'A private range that allowed hosts may lie in. May be repeated.',
  },
} as const satisfies OptionTable;

export const runOptions = {
  params: {
    type: 'string',
    library: 'params',
    value: 'JSON|@FILE',
    standard: '{}',
    sentence: 'What the script gets as params.',
  },
  env: {
    type: 'string',
    library: 'env',
    multiple: true,
    value: 'NAME=VALUE',
    sentence: 'A string that the script sees as env.NAME. May be repeated.',
  },
  stdin: {
    type: 'boolean',
    library: 'stdin',
    sentence:
      'Reads this command’s standard input to its end, and gives it to the script as stdin.',
  },
  file: {
    type: 'string',
    multiple: true,
    value: 'PATH',
    sentence:
      'A file that the script gets besides those that it imports: by files.read(), and with --engine node in its working directory. May be repeated.',
  },
  timezone: {
    type: 'string',
    library: 'timezone',
    value: 'ZONE',
    standard: 'env.TZ, or UTC',
    sentence: 'The time zone of the script’s dates and pages, such as Europe/Vienna.',
  },
  record: {
    type: 'string',
    library: 'record',
    multiple: true,
    value: recordParts.join(','),
    standard: 'nothing',
    sentence:
      'What is kept of the run to look at, as artifacts: video, a film of its pages; trace, its requests and the calls of Puppeteer.',
  },
  ...boxOptions,
  'node-modules': {
    type: 'string',
    library: 'nodeModules',
    policy: 'nodeModules',
    value: 'DIR',
    sentence: 'With --engine node: the node_modules to import from, in place of a runtime.',
  },
  out: {
    type: 'string',
    value: 'DIR',
    sentence:
      'Where artifacts go as they appear. Created if missing; nothing in it is overwritten.',
  },
  json: {
    type: 'boolean',
    sentence: 'Prints the whole run as one JSON document instead of the value, and no logs.',
  },
  check: {
    type: 'boolean',
    sentence:
      'Runs nothing: prints syntax errors, modules that cannot be imported and undefined names, one per line. Exits 1 when there are any. With --json prints { problems }.',
  },
  help,
} as const satisfies OptionTable;

/** One flag per limit. */
export const limitOptions: OptionTable = Object.fromEntries(
  namesOf(limitTable).map((limit) => [limitTable[limit].flag, limitRow(limit)]),
);

export const runtimeOptions = {
  out: {
    type: 'string',
    value: 'DIR',
    sentence: 'Where a built runtime goes, instead of where sandboxes find it by its name.',
  },
  force: {
    type: 'boolean',
    sentence: 'build: also builds what is whole and compiled for this Node.',
  },
  json: { type: 'boolean', sentence: 'Prints one JSON document.' },
  help,
} as const satisfies OptionTable;

export const imageOptions = {
  runtime: { ...boxOptions.runtime, sentence: 'The built packages that go into the images.' },
  'docker-socket': { ...boxOptions['docker-socket'], sentence: 'The socket of the daemon.' },
  json: { type: 'boolean', sentence: 'Prints { images, removed } as one JSON document.' },
  help,
} as const satisfies OptionTable;

export const doctorOptions = {
  store: {
    type: 'string',
    value: 'URL',
    standard: 'CASTELLAN_STORE, if it is set',
    sentence: 'A PostgreSQL database for castellan serve --store: looks whether it can be used.',
  },
  json: { type: 'boolean', sentence: 'Prints { ok, floor, rows } as one JSON document.' },
  help,
} as const satisfies OptionTable;

function limitRow(limit: LimitName): OptionRow {
  const { unit, default: standard, withBrowser, sentence }: LimitRow = limitTable[limit];
  const show = { ms: exactDuration, bytes: exactSize, count: String }[unit];
  const ofBrowser = withBrowser === undefined ? '' : `, ${show(withBrowser)} with a browser`;
  const shown = `${show(standard)}${ofBrowser}`;
  const value = { ms: 'TIME', bytes: 'SIZE', count: 'N' }[unit];
  return { type: 'string', value, standard: shown, sentence, policy: `limits.${limit}` };
}
