import { type Kind, readOption } from './kind.ts';
import { whole } from './kinds.ts';
import { shape } from './structures.ts';
import { type EngineName, namesOf } from './words.ts';

export interface LimitRow {
  readonly default: number;
  /** The default of a run that has a browser, if it is another one. */
  readonly withBrowser?: number;
  readonly unit: 'ms' | 'bytes' | 'count';
  readonly min: number;
  /** The option of `castellan run` that sets it. */
  readonly flag: string;
  /** What it bounds, for people. */
  readonly sentence: string;
  /** What happens when it is exceeded, if that is not the end of the run. */
  readonly beyond?: string;
  /** The only engine that it applies to. */
  readonly engine?: EngineName;
}

const Mi = 2 ** 20;

/** The limits of a run: name, default, smallest sensible value, and what it bounds. */
export const limitTable = {
  wallMs: {
    default: 10_000,
    withBrowser: 60_000,
    unit: 'ms',
    min: 1,
    flag: 'wall',
    sentence: 'Time from the start of the script to the end of the run.',
  },
  cpuMs: {
    default: 5_000,
    unit: 'ms',
    min: 1,
    flag: 'cpu',
    sentence: 'Processor time of the whole box.',
  },
  memoryBytes: {
    default: 128 * Mi,
    unit: 'bytes',
    min: 8 * Mi,
    flag: 'memory',
    sentence: 'Memory that the box uses beyond what it has when idle.',
  },
  outputBytes: {
    default: Mi,
    unit: 'bytes',
    min: 0,
    flag: 'output-size',
    sentence: 'Text of all log lines with their line breaks; a line counts at least 16 bytes.',
  },
  valueBytes: {
    default: Mi,
    unit: 'bytes',
    min: 0,
    flag: 'value-size',
    sentence: 'Size of the returned value as JSON.',
  },
  artifactBytes: {
    default: 32 * Mi,
    unit: 'bytes',
    min: 0,
    flag: 'artifact-size',
    sentence: 'Size of all artifacts together.',
  },
  artifactCount: {
    default: 32,
    unit: 'count',
    min: 0,
    flag: 'artifact-count',
    sentence: 'Number of artifacts.',
  },
  networkRequests: {
    default: 50,
    withBrowser: 1_000,
    unit: 'count',
    min: 0,
    flag: 'network-requests',
    sentence: 'Outbound requests, each step of a redirect counted.',
    beyond: 'Further requests fail; the run goes on.',
  },
  networkBytes: {
    default: 50 * Mi,
    unit: 'bytes',
    min: 0,
    flag: 'network-size',
    sentence: 'Bytes of outbound requests and of their answers.',
    beyond: 'The request under way and all further ones fail; the run goes on.',
  },
  sourceBytes: {
    default: Mi,
    unit: 'bytes',
    min: 0,
    flag: 'source-size',
    sentence: 'Size of all source files together.',
    beyond: '`source_too_large`; nothing is run.',
  },
  paramsBytes: {
    default: Mi,
    unit: 'bytes',
    min: 0,
    flag: 'params-size',
    sentence: 'Size of the parameters as JSON, and of the standard input.',
    beyond: '`params_too_large`; nothing is run.',
  },
  processes: {
    default: 16,
    unit: 'count',
    min: 1,
    flag: 'processes',
    sentence: 'Processes at a time, where scripts may start any.',
    engine: 'node',
  },
  browserMemoryBytes: {
    default: 1024 * Mi,
    unit: 'bytes',
    min: 64 * Mi,
    flag: 'browser-memory',
    sentence: 'Memory that the browser uses beyond what it has when idle.',
  },
  browserCpuMs: {
    default: 30_000,
    unit: 'ms',
    min: 1,
    flag: 'browser-cpu',
    sentence: 'Processor time of the browser, all of its processes together.',
  },
} as const satisfies Record<string, LimitRow>;

/** The name of a limit. */
export type LimitName = keyof typeof limitTable;
/** A value for every limit: milliseconds, bytes or a number, as the name says. */
export type Limits = Readonly<Record<LimitName, number>>;

/** The largest values: the longest timer, and sums of bytes that are still exact integers. */
export const largestLimit = { ms: 2 ** 31 - 1, bytes: 2 ** 40, count: 2 ** 31 - 1 } as const;

/** Any of the limits, each in its range. */
export const someLimits: Kind<Partial<Limits>> = shape<Partial<Limits>>(
  'an object of limits',
  mapRows(({ min, unit, sentence }) => {
    const kind = whole(min, largestLimit[unit]);
    return { ...kind, schema: { description: withUnit(sentence, unit), ...kind.schema } };
  }),
  { optional: namesOf(limitTable) },
);

/**
 * Completes `given` with values of `base`, or with the defaults of a run with or without a browser.
 * Throws `invalid_limit` for an unknown name or a value that is no whole number in range.
 */
export function resolveLimits(
  given: unknown = {},
  base: Partial<Limits> = {},
  hasBrowser = false,
): Limits {
  const standard = mapRows((row) => defaultOf(row, hasBrowser));
  return { ...standard, ...base, ...readLimits(given) };
}

/** Checks any of the limits. Throws as `resolveLimits`. */
export function readLimits(given: unknown = {}): Partial<Limits> {
  return readOption(someLimits, given, 'limits', 'invalid_limit');
}

/** What a run has that nobody gave the limit. */
export function defaultOf(
  { default: standard, withBrowser }: LimitRow,
  hasBrowser: boolean,
): number {
  return hasBrowser ? (withBrowser ?? standard) : standard;
}

/** Returns the sentence of a limit or a count with its unit. */
export function withUnit(sentence: string, unit: LimitRow['unit']): string {
  return unit === 'count' ? sentence : `${sentence} In ${unit}.`;
}

function mapRows<Value>(value: (row: LimitRow) => Value): Readonly<Record<LimitName, Value>> {
  const rows = Object.entries<LimitRow>(limitTable).map(([name, row]) => [name, value(row)]);
  return Object.fromEntries(rows) as Record<LimitName, Value>;
}
