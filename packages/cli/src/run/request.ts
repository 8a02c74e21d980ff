import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type EngineName,
  engines,
  type IsolationChoice,
  isolationChoices,
  type Json,
  type LimitName,
  largestLimit,
  limitTable,
  namesOf,
} from '@castellan/protocol';
import { oneOf, processors, shown, timeZone } from '@castellan/protocol/kinds';
import type { AskedInput } from '@castellan/protocol/run-input';
import type { DockerOptions, SandboxOptions } from '@castellan/sandbox';
import { parseOptions } from '../args/parse.ts';
import { limitOptions, runOptions } from '../args/table.ts';
import { exactDuration, exactSize, parseCount, parseDuration, parseSize } from '../args/units.ts';
import { readFlag, UsageError } from '../args/usage-error.ts';
import { chromiumOf } from './chromium.ts';
import { dockerOf } from './docker.ts';
import { parseRecord } from './record.ts';

/** The parsed arguments of `castellan run`. */
export interface RunArguments {
  /** A path, or `-` for standard input. */
  readonly file: string;
  /** The options of the run itself; see `runInputTable`. */
  readonly input: AskedInput;
  /** Standard input is the script's. */
  readonly hasStdin: boolean;
  /** Paths of files that the script gets besides those that it imports. */
  readonly data: readonly string[];
  readonly engine: EngineName;
  /** An absolute path. */
  readonly nodeModules: string | undefined;
  readonly childProcesses: boolean;
  /** Processors; undefined: as many as are free. */
  readonly cpus: number | undefined;
  readonly isolation: IsolationChoice;
  readonly hardened: boolean;
  readonly docker: DockerOptions;
  /** Name or path of a built runtime; undefined: the default one. */
  readonly runtime: string | undefined;
  /** Packages and built-ins to allow; undefined: the default ones. */
  readonly modules: readonly string[] | undefined;
  readonly limits: Readonly<Partial<Record<LimitName, number>>>;
  readonly hasBrowser: boolean;
  /** The path of Chromium; undefined: where distributions put it. */
  readonly chromium: string | undefined;
  /** Hosts and private ranges that `fetch` and pages may reach; undefined if no host was named. */
  readonly network: { readonly allow: string[]; readonly allowPrivate: string[] } | undefined;
  readonly out: string | undefined;
  readonly isJson: boolean;
  /** Parse the script and run nothing of it. */
  readonly isCheck: boolean;
}

/** Options of a sandbox with one box, for a run or a check. Throws a `UsageError`. */
export function boxOptions(request: RunArguments): SandboxOptions {
  const { engine, nodeModules, childProcesses, isolation, limits, runtime, modules } = request;
  const { hasBrowser, chromium, docker, hardened, cpus } = request;
  if (nodeModules !== undefined && !isFolder(nodeModules)) {
    throw new UsageError(`--node-modules ${shown(nodeModules)} is no folder.`);
  }
  return {
    engine,
    childProcesses,
    isolation,
    hardened,
    docker,
    limits,
    warm: 0,
    concurrency: 1,
    ...(cpus === undefined ? {} : { cpus }),
    ...(nodeModules === undefined ? {} : { nodeModules }),
    ...(runtime === undefined ? {} : { runtime }),
    ...(modules === undefined ? {} : { modules }),
    ...(hasBrowser
      ? { browser: { warm: 0, ...(chromium === undefined ? {} : { executablePath: chromium }) } }
      : {}),
  };
}

/** What both `run` and `submit` read from a command line. */
export type ScriptArguments = Pick<
  RunArguments,
  'file' | 'input' | 'hasStdin' | 'data' | 'limits' | 'out' | 'isJson' | 'isCheck'
>;

interface ScriptValues {
  readonly params?: string | undefined;
  readonly env?: string[] | undefined;
  readonly stdin?: boolean | undefined;
  readonly file?: string[] | undefined;
  readonly timezone?: string | undefined;
  readonly record?: string[] | undefined;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
  readonly check?: boolean | undefined;
}

/** Reads the file and the options that mean the same wherever the script runs. */
export function parseScript(
  values: ScriptValues,
  [file, ...more]: readonly string[],
): ScriptArguments {
  if (file === undefined) {
    throw new UsageError('No script was named. Give a FILE, or - for standard input.');
  }
  if (file === '-' && values.stdin === true) {
    throw new UsageError(
      'Standard input is either the script (-) or what the script reads (--stdin). Put the script into a FILE.',
    );
  }
  if (file === '-' && values.file !== undefined) {
    throw new UsageError('--file goes with a script in a FILE, which the data lies beside.');
  }
  if (more.length > 0) {
    throw new UsageError(
      `One FILE at a time, not also ${more.map((each) => shown(each)).join(', ')}. Values for the script go into --params.`,
    );
  }
  const { timezone, record } = values;
  return {
    file,
    input: {
      params: values.params === undefined ? {} : parseJson(values.params, '--params'),
      env: parseEnv(values.env ?? []),
      ...(timezone === undefined ? {} : { timezone: readFlag(timeZone, timezone, '--timezone') }),
      ...(record === undefined ? {} : { record: parseRecord(record) }),
    },
    hasStdin: values.stdin ?? false,
    data: values.file ?? [],
    limits: parseLimits(values as Readonly<Record<string, unknown>>),
    out: values.out,
    isJson: values.json ?? false,
    isCheck: values.check ?? false,
  };
}

/** Parses the arguments after `run`. Throws a `UsageError`. */
export function parseRun(args: readonly string[]): RunArguments | 'help' {
  const { values, positionals } = parseOptions(args, { ...runOptions, ...limitOptions });
  if (values.help === true) return 'help';
  const engine = readFlag(oneOf(namesOf(engines)), values.engine ?? 'isolate', '--engine');
  for (const name of ['node-modules', 'allow-child-processes'] as const) {
    if (engines[engine].hasNode || values[name] === undefined) continue;
    throw new UsageError(`--${name} goes with --engine node only.`);
  }
  return {
    ...parseScript(values, positionals),
    engine,
    nodeModules: values['node-modules'] === undefined ? undefined : resolve(values['node-modules']),
    childProcesses: values['allow-child-processes'] ?? false,
    cpus: values.cpus === undefined ? undefined : readFlag(processors, values.cpus, '--cpus'),
    isolation: readFlag(
      oneOf(namesOf(isolationChoices)),
      values.isolation ?? 'auto',
      '--isolation',
    ),
    hardened: values.hardened ?? false,
    docker: dockerOf(values, values.isolation),
    runtime: values.runtime,
    modules: values['allow-module'],
    hasBrowser: values.browser ?? false,
    chromium: chromiumOf(values),
    network: networkOf(values['allow-host'], values['allow-private']),
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function networkOf(
  allow: string[] | undefined,
  allowPrivate: string[] | undefined,
): RunArguments['network'] {
  if (allow === undefined && allowPrivate !== undefined) {
    throw new UsageError(
      `--allow-private ${allowPrivate.join(' ')} opens nothing by itself: name the hosts with --allow-host.`,
    );
  }
  return allow === undefined ? undefined : { allow, allowPrivate: allowPrivate ?? [] };
}

/** Reads JSON, or with `@` the file of that name. */
export function parseJson(given: string, flag: string): Json {
  let text = given;
  if (given.startsWith('@')) {
    try {
      text = readFileSync(given.slice(1), 'utf8');
    } catch (error) {
      throw new UsageError(`${flag} ${given} cannot be read: ${(error as Error).message}.`);
    }
  }
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const which = given.startsWith('@') ? given : clip(given);
    throw new UsageError(`${flag} ${which} is not JSON: ${(error as Error).message}.`);
  }
}

function parseEnv(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(pair) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw new UsageError(`--env takes NAME=VALUE, not ${shown(pair)}.`);
    }),
  );
}

/** Reads the flags of limits. Throws a `UsageError`. */
export function parseLimits(values: Readonly<Record<string, unknown>>): RunArguments['limits'] {
  const limits: Partial<Record<LimitName, number>> = {};
  for (const limit of namesOf(limitTable)) {
    const { unit, min, flag } = limitTable[limit];
    const text = values[flag];
    if (typeof text !== 'string') continue;
    const [parse, show] = {
      ms: [parseDuration, exactDuration] as const,
      bytes: [parseSize, exactSize] as const,
      count: [parseCount, String] as const,
    }[unit];
    const value = parse(text, `--${flag}`);
    const most = largestLimit[unit];
    if (value < min) {
      throw new UsageError(`--${flag} ${text} is too little: the least is ${show(min)}.`);
    }
    if (value > most) {
      throw new UsageError(`--${flag} ${text} is too much: the most is ${show(most)}.`);
    }
    limits[limit] = value;
  }
  return limits;
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
