import type { Artifacts } from '../artifacts/artifacts.ts';
import type { Store } from '../store/store.ts';
import { sweepBatch } from '../store/sweep.ts';

/** How long ended runs are kept, and how much space they may take; the oldest are removed first. */
export interface Retention {
  /** Age at which the record of a run is removed, with everything that belongs to it. */
  readonly runsMs: number;
  /** Age at which the events of a run are removed, with its log lines and network entries. */
  readonly logsMs: number;
  /** Age at which artifacts are removed. */
  readonly artifactsMs: number;
  /** The total size of artifacts. */
  readonly artifactBytes: number;
  /** The size of the database, without free pages. */
  readonly storeBytes: number;
}

const dayMs = 24 * 60 * 60 * 1_000;

export const defaultRetention: Retention = {
  runsMs: 30 * dayMs,
  logsMs: 7 * dayMs,
  artifactsMs: 7 * dayMs,
  artifactBytes: 10 * 2 ** 30,
  storeBytes: 4 * 2 ** 30,
};

/** What one round removed. */
export interface Swept {
  readonly runs: number;
  readonly logs: number;
  readonly artifacts: number;
}

/** Removes what is too old or too large, in small steps, until nothing is. */
export function retention(
  { sweep }: Pick<Store, 'sweep'>,
  kept: Artifacts,
  rules: Retention,
): () => Promise<Swept> {
  const runs = async (): Promise<number> => {
    const gone = await sweep.runs({ olderMs: rules.runsMs, mostBytes: rules.storeBytes });
    for (const id of gone) await kept.forgetRun(id);
    return gone.length;
  };
  const logs = (): Promise<number> => sweep.logs({ olderMs: rules.logsMs });
  const artifacts = async (): Promise<number> => {
    const { artifactsMs, artifactBytes } = rules;
    const gone = await sweep.artifacts({ olderMs: artifactsMs, mostBytes: artifactBytes });
    for (const { run, id } of gone) await kept.forget(run, [id]);
    return gone.length;
  };
  return async () => {
    const swept = {
      runs: await repeat(runs),
      logs: await repeat(logs),
      artifacts: await repeat(artifacts),
    };
    await sweep.rest();
    return swept;
  };
}

/** Repeats `step` until it processes less than a whole batch. */
async function repeat(step: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await step();
    total += count;
    if (count < sweepBatch) return total;
  }
}
