import type { Json, Reason, Run } from '@castellan/protocol';
import {
  createSandbox,
  type RunOptions,
  type Sandbox,
  type SandboxOptions,
  type Source,
} from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

/** A sandbox for one test file, closed when the file is done. */
export function sandboxForFile(options: SandboxOptions = {}): () => Sandbox {
  let sandbox: Sandbox | undefined;
  before(async () => {
    sandbox = await createSandbox({ warm: 2, ...options });
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
    test(expected.name, async () => {
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
