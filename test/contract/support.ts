import type { EngineName, Json, Layer, Reason, Run } from '@castellan/protocol';
import {
  createSandbox,
  type RunOptions,
  type Sandbox,
  type SandboxOptions,
  type Source,
} from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { exclusions } from './exclusions.ts';

/**
 * The engine that the suites of this folder are run with. They are one contract over both engines:
 * `node-engine/` runs them again, and `exclusions.ts` says what does not hold there, and why.
 */
export const engine: EngineName =
  process.env['CASTELLAN_TEST_ENGINE'] === 'node' ? 'node' : 'isolate';

/** What a box without walls has all the same, because whoever runs the tests has it. */
export const inherited: readonly Layer[] = /^NoNewPrivs:\s+1$/m.test(
  readFileSync('/proc/self/status', 'latin1'),
)
  ? ['nonewprivs']
  : [];

/** `createSandbox` with the engine under test. */
export function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  return createSandbox({ engine, ...options });
}

/** A test of the contract: holds for every engine, unless it is excluded with a reason. */
export function contract(name: string, run: () => void | Promise<void>): void {
  if (engine === 'isolate' || !Object.hasOwn(exclusions, name)) test(name, run);
}

/** A sandbox for one test file, closed when the file is done. */
export function sandboxForFile(options: SandboxOptions = {}): () => Sandbox {
  let sandbox: Sandbox | undefined;
  before(async () => {
    sandbox = await openSandbox({ warm: 2, ...options });
  });
  after(() => sandbox?.close());
  return () => {
    assert.ok(sandbox !== undefined);
    return sandbox;
  };
}

export interface Case {
  /** What must be true. */
  readonly name: string;
  readonly source: Source;
  readonly options?: RunOptions;
  /** The value of a run that succeeds, or how it fails. */
  readonly value?: Json;
  readonly reason?: Reason;
  readonly message?: string | RegExp;
  /** `file:line:column` of the error. */
  readonly at?: string | null;
  /** Looks at anything else. */
  readonly check?: (run: Run) => void;
}

/** One test for each case: run it in a real box and compare. */
export function cases(sandbox: () => Sandbox, table: readonly Case[]): void {
  for (const expected of table) {
    contract(expected.name, async () => {
      compare(await sandbox().run(expected.source, expected.options), expected);
    });
  }
}

export function compare(run: Run, { value, reason: expected, message, at, check }: Case): void {
  const reason = expected ?? null;
  assert.equal(run.reason, reason, `${run.reason}: ${run.error?.message}`);
  if (value !== undefined || reason === null) assert.deepEqual(run.value, value ?? null);
  if (typeof message === 'string') assert.equal(run.error?.message, message);
  else if (message !== undefined) assert.match(run.error?.message ?? '', message);
  if (at !== undefined) assert.equal(placeOf(run), at);
  check?.(run);
}

function placeOf({ error }: Run): string | null {
  return error?.file == null ? null : `${error.file}:${error.line}:${error.column}`;
}

export function texts(run: Run): string[] {
  return run.logs.map(({ text }) => text);
}
