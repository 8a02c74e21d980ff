import { isAbsolute } from 'node:path';
import { CastellanError, engines, isolationChoices, namesOf, reuses } from '@castellan/protocol';
import { type AskedInput, checkedInput } from '@castellan/protocol/run-input';
import { runInputTable } from '@castellan/protocol/run-input';
import type { RunOptions } from './options.ts';
import { checkBrowser } from '../browser/options.ts';

type Check = (value: unknown) => string | null;

const oneOf =
  (...allowed: string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value) ? null : `one of ${allowed.join(', ')}`;
const wholeNumber =
  (min: number, max: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? null
      : `a whole number from ${min} to ${max}`;
const boolean: Check = (value) => (typeof value === 'boolean' ? null : 'true or false');
const object: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'an object';
const strings: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? null
    : 'an array of strings';
const name: Check = (value) =>
  typeof value === 'string' && /^[\w.:@-]{1,128}$/.test(value)
    ? null
    : 'a name of 1 to 128 letters, digits or . : @ _ -';
const signal: Check = (value) => (value instanceof AbortSignal ? null : 'an AbortSignal');
const callable: Check = (value) => (typeof value === 'function' ? null : 'a function');
const anything: Check = () => null;

/** Every option of `createSandbox`, and what it must be. */
const sandboxOptions: Readonly<Record<string, Check>> = {
  engine: oneOf(...namesOf(engines)),
  isolation: oneOf(...namesOf(isolationChoices)),
  reuse: oneOf(...namesOf(reuses)),
  limits: object,
  runtime: (value) =>
    value === null || typeof value === 'string' ? null : 'a name, a path or null',
  modules: strings,
  helpers: object,
  warm: wholeNumber(0, 1_024),
  concurrency: wholeNumber(1, 1_024),
  jitless: boolean,
  network: object,
  nodeModules: (value) =>
    typeof value === 'string' && isAbsolute(value) ? null : 'an absolute path',
  childProcesses: boolean,
  floor: strings,
  browser: anything,
};

/** Options that one engine only has. */
const ofOneEngine: readonly (readonly [option: string, engine: string, sentence: string])[] = [
  ['jitless', 'isolate', 'Node needs machine code.'],
  ['nodeModules', 'node', ''],
  ['childProcesses', 'node', 'An isolate has no processes.'],
];

/** Every option of `sandbox.run`, and what it must be. */
const runOptions: Readonly<Record<string, Check>> = {
  ...Object.fromEntries(namesOf(runInputTable).map((field) => [field, anything])),
  limits: object,
  tenant: name,
  signal,
  books: object,
};

/** What a caller that keeps books may say of a run, and what it must be. */
const bookOptions: Readonly<Record<string, Check>> = {
  id: (value) =>
    typeof value === 'string' && /^run_[0-9a-f]{32}$/.test(value)
      ? null
      : 'run_ and 32 hexadecimal digits',
  attempt: wholeNumber(1, 2 ** 31 - 1),
  firstSeq: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  createdAt: (value) =>
    value instanceof Date && !Number.isNaN(value.getTime()) ? null : 'a valid Date',
  policy: name,
  keep: callable,
  begin: callable,
};

/** Every option of `sandbox.check`, and what it must be. */
const checkingOptions: Readonly<Record<string, Check>> = {
  limits: object,
  tenant: name,
  signal,
  modules: strings,
};

/** Throws `invalid_option` for an unknown option or one of the wrong kind. */
export function checkOptions(given: object): void {
  checkTable('createSandbox', sandboxOptions, given);
  checkEngine(given);
  const problem = checkBrowser((given as { browser?: unknown }).browser);
  if (problem !== null) throw new CastellanError('invalid_option', `createSandbox: ${problem}`);
}

/** Returns a checked copy of the input. */
export function checkRunOptions(given: RunOptions): AskedInput {
  checkTable('run', runOptions, given);
  const { books } = given as { books?: object };
  if (books !== undefined) checkTable('run: books', bookOptions, books);
  return checkedInput(given);
}

export function checkCheckingOptions(given: object): void {
  checkTable('check', checkingOptions, given);
}

function checkEngine(given: object): void {
  const { engine = 'isolate', reuse, ...rest } = given as Record<string, unknown>;
  for (const [option, needed, why] of ofOneEngine) {
    const value = rest[option];
    if (value === undefined || value === false || engine === needed) continue;
    const message = `createSandbox: ${option} goes with engine ${needed} only. ${why}`;
    throw new CastellanError('invalid_option', message.trim());
  }
  if (engine !== 'node' || reuse !== 'tenant') return;
  throw new CastellanError(
    'invalid_option',
    'createSandbox: engine node goes with reuse never only: the script shares the process with what would be used again.',
  );
}

function checkTable(where: string, table: Readonly<Record<string, Check>>, given: unknown): void {
  if (object(given) !== null) {
    throw new CastellanError(
      'invalid_option',
      `${where}: the options must be an object, not ${shown(given)}.`,
    );
  }
  for (const [key, value] of Object.entries(given as object)) {
    if (!Object.hasOwn(table, key)) {
      throw new CastellanError(
        'invalid_option',
        `${where}: unknown option ${JSON.stringify(key)}. Known: ${Object.keys(table).join(', ')}.`,
      );
    }
    const expected = value === undefined ? null : table[key]?.(value);
    if (typeof expected === 'string') {
      throw new CastellanError(
        'invalid_option',
        `${where}: ${key} must be ${expected}, not ${shown(value)}.`,
      );
    }
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? jsonOf(value) : textOf(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** For people to read: what JSON cannot carry shows as what it is. */
function jsonOf(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
