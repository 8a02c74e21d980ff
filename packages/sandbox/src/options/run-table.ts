import { type Kind, runInputTable, shape, textLike, thatIs, whole } from '@castellan/protocol';
import type { ArtifactSink } from '../artifacts/artifacts.ts';
import type { RunOptions, RunRecord } from './options.ts';
import { limitsKind } from './table.ts';

interface RunOptionRow {
  readonly kind: Kind<unknown>;
  readonly sentence: string;
}

const name = textLike('a name of 1 to 128 letters, digits or . : @ _ -', /^[\w.:@-]{1,128}$/);

const record = shape<RunRecord>(
  'an object { id, attempt, firstSeq, createdAt, policy }',
  {
    id: textLike('run_ and 32 hexadecimal digits', /^run_[0-9a-f]{32}$/),
    attempt: whole(1, 2 ** 31 - 1),
    firstSeq: whole(1),
    createdAt: thatIs('a valid Date', isDate),
    policy: name,
  },
  { optional: ['id', 'attempt', 'firstSeq', 'createdAt', 'policy'] },
);

function isDate(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

function isFunction(value: unknown): value is ArtifactSink & (() => Promise<void>) {
  return typeof value === 'function';
}

type InputRows = { readonly [Name in keyof typeof runInputTable]: RunOptionRow };

function inputRows(): InputRows {
  const rows = Object.entries(runInputTable).map(
    ([field, { asked, sentence }]) => [field, { kind: asked, sentence }] as const,
  );
  return Object.fromEntries(rows) as InputRows;
}

/** Every option of `sandbox.run`: what may be asked of any run, and what only a caller in code has. */
export const runOptionTable = {
  ...inputRows(),
  limits: { kind: limitsKind, sentence: 'Limits of this run; the others are the sandbox’s.' },
  tenant: { kind: name, sentence: 'Whose run it is. Two tenants never share a process.' },
  signal: {
    kind: thatIs('an AbortSignal', (value): value is AbortSignal => value instanceof AbortSignal),
    sentence: 'Cancels the run.',
  },
  record: { kind: record, sentence: 'What the record of the run says.' },
  keep: { kind: thatIs('a function', isFunction), sentence: 'Takes artifacts as they appear.' },
  begin: {
    kind: thatIs('a function', isFunction),
    sentence: 'Called after run.started; the script starts when its promise is fulfilled.',
  },
} as const satisfies Readonly<Record<keyof RunOptions, RunOptionRow>>;
