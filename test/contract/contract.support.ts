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
import { after, before, describe, test } from 'node:test';
import { exclusions } from './exclusions.ts';

/** What a suite of the contract is written with. */
export interface Contract {
  readonly engine: EngineName;
  /** `createSandbox` with the engine under test. */
  readonly openSandbox: (options?: SandboxOptions) => Promise<Sandbox>;
  /** A sandbox for all tests of the suite, closed after the last of them. */
  readonly sandboxForFile: (options?: SandboxOptions) => () => Sandbox;
  /** A test that holds for every engine. One that `exclusions.ts` names is skipped, with the reason. */
  readonly contract: (name: string, run: () => void | Promise<void>) => void;
  /** One test for each case: run it in a real box and compare. */
  readonly cases: (sandbox: () => Sandbox, table: readonly Case[]) => void;
}

/** What must be true of every engine. */
export type Suite = (contract: Contract) => void;

/** The contract for one engine. */
export function contractFor(engine: EngineName): Contract {
  const openSandbox: Contract['openSandbox'] = (options) => createSandbox({ engine, ...options });
  const contract: Contract['contract'] = (name, run) => {
    const excluded = engine === 'node' && Object.hasOwn(exclusions, name);
    test(name, { skip: excluded ? (exclusions[name] ?? '') : false }, run);
  };
  return {
    engine,
    openSandbox,
    contract,
    sandboxForFile: (options) => {
      let sandbox: Sandbox | undefined;
      before(async () => {
        sandbox = await openSandbox({ warm: 2, ...options });
      });
      after(() => sandbox?.close());
      return () => {
        assert.ok(sandbox !== undefined);
        return sandbox;
      };
    },
    cases: (sandbox, table) => {
      for (const expected of table) {
        contract(expected.name, async () => {
          compare(await sandbox().run(expected.source, expected.options), expected);
        });
      }
    },
  };
}

/** One contract over all engines: the suite is run once with each. */
export function forEachEngine(suite: Suite): void {
  for (const engine of ['isolate', 'node'] as const) {
    describe(engine, () => suite(contractFor(engine)));
  }
}

/** Layers that a box without walls inherits from the process that runs the tests. */
export const inherited: readonly Layer[] = /^NoNewPrivs:\s+1$/m.test(
  readFileSync('/proc/self/status', 'latin1'),
)
  ? ['nonewprivs']
  : [];

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
