import { type Kind, readOption } from './kind.ts';
import { whole } from './kinds.ts';
import { shape } from './structures.ts';
import { namesOf } from './words.ts';

interface LimitRow {
  readonly default: number;
  readonly unit: 'ms' | 'bytes' | 'count';
  readonly min: number;
  /** The option of `castellan run` that sets it. */
  readonly flag: string;
  readonly sentence: string;
}

const Mi = 2 ** 20;

/** The limits of a run: name, default, smallest sensible value, and what it bounds. */
export const limitTable = {
  wallMs: {
    default: 10_000,
    unit: 'ms',
    min: 1,
    flag: 'wall',
    sentence: 'Time from start to end.',
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
    sentence: 'Growth of the box over its idle size.',
  },
  outputBytes: {
    default: Mi,
    unit: 'bytes',
    min: 0,
    flag: 'output-size',
    sentence: 'Text of all log lines together.',
  },
  valueBytes: {
    default: Mi,
    unit: 'bytes',
    min: 0,
    flag: 'value-size',
    sentence: 'The returned value as JSON.',
  },
  artifactBytes: {
    default: 32 * Mi,
    unit: 'bytes',
    min: 0,
    flag: 'artifact-size',
    sentence: 'All artifacts together.',
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
    unit: 'count',
    min: 0,
    flag: 'network-requests',
    sentence: 'Outbound requests.',
  },
  networkBytes: {
    default: 50 * Mi,
    unit: 'bytes',
    min: 0,
    flag: 'network-size',
    sentence: 'Bytes in both directions.',
  },
  sourceBytes: {
    default: Mi,
    unit: 'bytes',
    min: 0,
    flag: 'source-size',
    sentence: 'All source files together.',
  },
  paramsBytes: {
    default: Mi,
    unit: 'bytes',
    min: 0,
    flag: 'params-size',
    sentence: 'The parameters as JSON.',
  },
  processes: {
    default: 16,
    unit: 'count',
    min: 1,
    flag: 'processes',
    sentence: 'Processes in the node engine.',
  },
  browserMemoryBytes: {
    default: 1024 * Mi,
    unit: 'bytes',
    min: 64 * Mi,
    flag: 'browser-memory',
    sentence: 'Growth of the browser over its idle size.',
  },
} as const satisfies Record<string, LimitRow>;

export type LimitName = keyof typeof limitTable;
export type Limits = Readonly<Record<LimitName, number>>;

/** The largest values: what a timer can wait for, and what keeps sums of bytes exact integers. */
export const largestLimit = { ms: 2 ** 31 - 1, bytes: 2 ** 40, count: 2 ** 31 - 1 } as const;

/** Some of the limits, each in its range. */
export const someLimits: Kind<Partial<Limits>> = shape<Partial<Limits>>(
  'an object of limits',
  mapRows(({ min, unit, sentence }) => {
    const kind = whole(min, largestLimit[unit]);
    return { ...kind, schema: { description: withUnit(sentence, unit), ...kind.schema } };
  }),
  { optional: namesOf(limitTable) },
);

/**
 * Fills `given` up with `base` (the defaults when left out).
 * Throws `invalid_limit` for an unknown name or a value that is no whole number in range.
 */
export function resolveLimits(given: unknown = {}, base: Partial<Limits> = {}): Limits {
  const standard = mapRows((row) => row.default);
  return { ...standard, ...base, ...readOption(someLimits, given, 'limits', 'invalid_limit') };
}

/** The sentence of a limit or a count, with what it is counted in. */
export function withUnit(sentence: string, unit: LimitRow['unit']): string {
  return unit === 'count' ? sentence : `${sentence} In ${unit}.`;
}

function mapRows<Value>(value: (row: LimitRow) => Value): Readonly<Record<LimitName, Value>> {
  const rows = Object.entries<LimitRow>(limitTable).map(([name, row]) => [name, value(row)]);
  return Object.fromEntries(rows) as Record<LimitName, Value>;
}
