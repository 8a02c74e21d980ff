import type { Artifacts } from '../artifacts/artifacts.ts';
import type { Inspect } from '../artifacts/inspect.ts';
import { keepSurely } from '../artifacts/keep.ts';
import { type Launch, LaunchError, type QueuedRun } from '../contract/launch.ts';
import { startOf } from '../record/endings.ts';
import type { RunRow } from '../record/rows.ts';
import { StaleWriteError, type Store } from '../store/store.ts';
import type { Lease } from './leases.ts';
import { recorder, type Recorder } from './recorder.ts';
import type { AttemptEnd } from './verdict.ts';

/** How long a launcher may take, beyond `wallMs`, to report the end of a run. */
const graceMs = 15_000;

/** The dependencies of an attempt. */
export interface AttemptParts {
  readonly launch: Launch;
  readonly store: Store;
  readonly artifacts: Artifacts;
  readonly inspect: Inspect;
  /** Launchers outlive this process, and other processes may hear of them: silence here says nothing. */
  readonly outlives?: boolean;
}

/** It goes on, and other processes hear of it. */
export interface Elsewhere {
  readonly kind: 'elsewhere';
}

/** An attempt in progress. */
export interface Attempt {
  /**
   * Resolves with how it ended, as far as this process hears. Rejects with `StaleWriteError` if the lease now belongs to another.
   */
  readonly end: Promise<AttemptEnd | Elsewhere>;
  /** When user code started, as RFC 3339 UTC; null while it has not. */
  readonly startedAt: string | null;
  /** The `seq` that follows the last event. */
  readonly nextSeq: number;
  readonly recorder: Recorder;
}

/** Sends a run to a launcher and stores its events, each one before anybody can read it. */
export function startAttempt(
  parts: AttemptParts,
  row: RunRow,
  job: QueuedRun,
  lease: Lease,
  signal: AbortSignal,
  stored: () => void,
): Attempt {
  const { store, artifacts, inspect } = parts;
  const records = recorder(store, row, (replaced) => {
    // What cannot be removed now is found by the next sweep.
    if (replaced.length > 0) artifacts.forget(job.id, replaced).catch(() => undefined);
    stored();
  });
  let nextSeq = job.firstSeq;
  let startedAt = row.is_started === 1 ? row.started_at : null;
  if (startedAt !== null) lease.endWithin(job.limits.wallMs + graceMs);

  const listen = async (): Promise<AttemptEnd> => {
    for await (const event of parts.launch(job, signal, row.lease)) {
      lease.renew();
      if (event.type === 'heartbeat') {
        if (event.onStored === undefined) continue;
        await records.flushed();
        event.onStored();
        continue;
      }
      if (event.seq !== nextSeq || event.type === 'run.queued') {
        throw new LaunchError('lost', `The launcher sent ${event.type} as event ${event.seq}`);
      }
      if (event.type === 'run.finished') return { kind: 'finished', run: event.run };
      nextSeq++;
      lease.listening = false;
      switch (event.type) {
        case 'run.started':
          startedAt = startOf(row, event.time);
          lease.endWithin(job.limits.wallMs + graceMs);
          await records.take(event, { type: 'started', at: startedAt });
          break;
        case 'artifact': {
          const path = artifacts.pathOf(job.id, event.artifact.id);
          const artifact = { ...event.artifact, ...(await inspect(path, event.artifact)) };
          await keepSurely(artifacts, job.id, artifact, signal);
          const { id, name, sizeBytes } = artifact;
          const known = { id, name, sizeBytes, storedMs: store.time.nowMs() };
          await records.take(
            { ...event, artifact },
            { type: 'artifact', artifact: { ...known, body: JSON.stringify(artifact) } },
          );
          break;
        }
        case 'network': {
          const { seq, request } = event;
          await records.take(event, { type: 'network', seq, body: JSON.stringify(request) });
          break;
        }
        default:
          await records.take(event);
      }
      lease.listening = true;
    }
    throw new LaunchError('lost', 'The launcher ended the run without a result');
  };

  const heard = listen().catch((error: unknown): AttemptEnd | Elsewhere => {
    if (error instanceof StaleWriteError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return { kind: error instanceof LaunchError ? error.failure : 'lost', message };
  });
  const silent = lease.lost.then(({ why, message }): AttemptEnd | Elsewhere =>
    why === 'silent' && parts.outlives === true ? { kind: 'elsewhere' } : { kind: 'lost', message },
  );
  heard.catch(() => undefined);
  return {
    end: Promise.race([heard, silent]),
    recorder: records,
    get startedAt() {
      return startedAt;
    },
    get nextSeq() {
      return nextSeq;
    },
  };
}
