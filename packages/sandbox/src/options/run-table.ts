import { type Kind, secretsOfRun, shape, textLike, thatIs, whole } from '@castellan/protocol/kinds';
import { runInputTable } from '@castellan/protocol/run-input';
import type { ArtifactRecall, ArtifactSink } from '../artifacts/artifacts.ts';
import type { Exchange } from './exchange.ts';
import type { RunBooks, RunOptions } from './options.ts';
import { limitsKind } from './table.ts';

interface RunOptionRow {
  readonly kind: Kind<unknown>;
  readonly sentence: string;
}

const name = textLike('a name of 1 to 128 letters, digits or . : @ _ -', /^[\w.:@-]{1,128}$/);

const books = shape<RunBooks>(
  'an object { id, attempt, firstSeq, createdAt, policy, keep, recall, begin }',
  {
    id: textLike('run_ and 32 hexadecimal digits', /^run_[0-9a-f]{32}$/),
    attempt: whole(1, 2 ** 31 - 1),
    firstSeq: whole(1),
    createdAt: thatIs('a valid Date', isDate),
    policy: name,
    keep: thatIs('a function', isFunction),
    recall: thatIs('a function', isFunction),
    begin: thatIs('a function', isFunction),
  },
  { optional: ['id', 'attempt', 'firstSeq', 'createdAt', 'policy', 'keep', 'recall', 'begin'] },
);

const exchange = thatIs(
  'an object { head, left, read, respond, write, end }',
  (value): value is Exchange => {
    const given = (value ?? {}) as Partial<Record<keyof Exchange, unknown>>;
    return (
      typeof given.head === 'object' &&
      given.left instanceof AbortSignal &&
      [given.read, given.respond, given.write, given.end].every(
        (each) => typeof each === 'function',
      )
    );
  },
);

function isDate(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

function isFunction(
  value: unknown,
): value is ArtifactSink & ArtifactRecall & (() => Promise<void>) {
  return typeof value === 'function';
}

/** Every option of `sandbox.run`: what may be asked of any run, and what only a caller in code has. */
export const runOptionTable = {
  ...runInputTable,
  limits: { kind: limitsKind, sentence: 'Limits of this run; the others are the sandbox’s.' },
  secrets: {
    kind: secretsOfRun,
    sentence:
      'By name: values that are put into requests for `hosts` in place of `env[name]`, which only stands for them, in the headers that `network.secrets` has; or, with `inEnv`, that are `env[name]`. What the run tells of itself has none of them.',
  },
  tenant: {
    kind: name,
    sentence: 'Whose run it is. Two tenants never share a process, nor do runs without one.',
  },
  program: {
    kind: textLike('a text of 1 to 200 visible characters', /^[!-~]{1,200}$/),
    sentence:
      'With reuse context: what the script is a version of, such as a hash. Runs of one tenant with the same text share an isolate, one at a time, each in a context of its own; their sources and options must be the same.',
  },
  signal: {
    kind: thatIs('an AbortSignal', (value): value is AbortSignal => value instanceof AbortSignal),
    sentence: 'Cancels the run.',
  },
  exchange: {
    kind: exchange,
    sentence: 'The request over HTTP that the run answers, by the `fetch` that its script exports.',
  },
  books: { kind: books, sentence: 'For a caller that keeps books of its runs.' },
} as const satisfies Readonly<Record<keyof RunOptions, RunOptionRow>>;
