import { defaultRuntime } from '@castellan/protocol/runtimes';
import {
  engines,
  isolationChoices,
  type LimitName,
  limitTable,
  namesOf,
} from '@castellan/protocol';
import { exactDuration, exactSize } from './units.ts';

/** One option: what `parseArgs` has to know, and what `--help` says. */
export interface OptionRow {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for the value in `--help`. */
  readonly value?: string;
  readonly sentence: string;
  /** What it is when it is left out, as `--help` says it. */
  readonly standard?: string;
  /** The option of the service's config that it sets. */
  readonly config?: string;
}

export type OptionTable = Readonly<Record<string, OptionRow>>;

const help = { type: 'boolean', short: 'h', sentence: 'Prints this.' } as const;

export const topOptions = {
  help,
  version: { type: 'boolean', sentence: 'Prints the version.' },
} as const satisfies OptionTable;

export const runOptions = {
  params: {
    type: 'string',
    value: 'JSON|@FILE',
    standard: '{}',
    sentence: 'What the script gets as params.',
  },
  env: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    sentence: 'A string that the script sees as env.NAME. May be repeated.',
  },
  engine: {
    type: 'string',
    value: namesOf(engines).join('|'),
    standard: 'isolate',
    sentence: 'What executes the script: a bare V8 isolate, or all of Node.',
  },
  'node-modules': {
    type: 'string',
    value: 'DIR',
    sentence: 'With --engine node: the node_modules to import from, in place of a runtime.',
  },
  'allow-child-processes': {
    type: 'boolean',
    sentence: 'With --engine node: the script may start processes, of Node itself.',
  },
  isolation: {
    type: 'string',
    value: namesOf(isolationChoices).join('|'),
    standard: 'auto',
    sentence: 'What builds the box. auto is the strongest that works here, never none.',
  },
  browser: {
    type: 'boolean',
    sentence: 'Gives the script a Chromium in a box of its own: browser, page and puppeteer.',
  },
  runtime: {
    type: 'string',
    value: 'NAME|PATH',
    standard: defaultRuntime,
    sentence: 'The built packages that scripts may import; a PATH has a / in it.',
  },
  'allow-module': {
    type: 'string',
    multiple: true,
    value: 'NAME',
    standard: 'all packages, and no built-in; with --engine node all of those too',
    sentence:
      'A package or Node built-in that scripts may import, or * for all packages and, with --engine node, node:* for all built-ins. May be repeated.',
  },
  'allow-host': {
    type: 'string',
    multiple: true,
    value: "HOST[:PORT]|'*'",
    standard: 'none',
    sentence: 'A host that fetch and pages may reach: a name, *.suffix or *. May be repeated.',
  },
  'allow-private': {
    type: 'string',
    multiple: true,
    value: 'CIDR',
    standard: 'none',
    sentence: 'A private range that allowed hosts may lie in. May be repeated.',
  },
  out: {
    type: 'string',
    value: 'DIR',
    sentence: 'Where artifacts go as they appear. Made when missing; nothing in it is overwritten.',
  },
  json: {
    type: 'boolean',
    sentence: 'Prints the whole run as one JSON document instead of the value, and no logs.',
  },
  check: {
    type: 'boolean',
    sentence:
      'Runs nothing: prints syntax errors, modules that cannot be had and names that nobody defines, one a line. Exits 1 when there are any. With --json prints { problems }.',
  },
  help,
} as const satisfies OptionTable;

/** A flag for each limit. */
export const limitOptions: OptionTable = Object.fromEntries(
  namesOf(limitTable).map((limit) => [limitTable[limit].flag, limitRow(limit)]),
);

export const runtimeOptions = {
  out: {
    type: 'string',
    value: 'DIR',
    sentence: 'Where a built runtime goes, instead of where sandboxes find it by its name.',
  },
  json: { type: 'boolean', sentence: 'Prints one JSON document.' },
  help,
} as const satisfies OptionTable;

export const doctorOptions = {
  json: { type: 'boolean', sentence: 'Prints { ok, floor, rows } as one JSON document.' },
  help,
} as const satisfies OptionTable;

function limitRow(limit: LimitName): OptionRow {
  const { unit, default: standard, sentence } = limitTable[limit];
  const shown = { ms: exactDuration, bytes: exactSize, count: String }[unit](standard);
  const value = { ms: 'TIME', bytes: 'SIZE', count: 'N' }[unit];
  return { type: 'string', value, standard: shown, sentence };
}
