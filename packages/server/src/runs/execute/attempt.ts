import type { Folder } from '../artifacts/folder.ts';
import type { Inspect } from '../artifacts/inspect.ts';
import { type Launch, LaunchError, type QueuedRun } from '../contract/launch.ts';
import type { Commits } from '../store/commits.ts';
import type { ServiceTime } from '../time/clock.ts';
import type { Lease } from './leases.ts';
import { type Fence, type Ledger, StaleWriteError } from './ledger.ts';
import { recorder, type Recorder } from './recorder.ts';
import type { AttemptEnd } from './verdict.ts';

/** How long a launcher may take, beyond `wallMs`, to report the end of a run. */
const graceMs = 15_000;

/** The dependencies of an attempt. */
export interface AttemptParts {
  readonly launch: Launch;
  readonly commits: Commits;
  readonly ledger: Ledger;
  readonly time: ServiceTime;
  readonly folder: Folder;
  readonly inspect: Inspect;
}

/** An attempt in progress. */
export interface Attempt {
  /**
   * Resolves with how it ended. Rejects with `StaleWriteError` if the lease now belongs to another.
   */
  readonly end: Promise<AttemptEnd>;
  /** Whether user code has started. */
  readonly isStarted: boolean;
  /** The `seq` that follows the last event. */
  readonly nextSeq: number;
  readonly recorder: Recorder;
}

/** Sends a run to a launcher and stores its events, each one before anybody can read it. */
export function startAttempt(
  parts: AttemptParts,
  job: QueuedRun,
  fence: Fence,
  lease: Lease,
  signal: AbortSignal,
  stored: () => void,
): Attempt {
  const { ledger, time, folder, inspect } = parts;
  const replaced: string[] = [];
  const records = recorder(parts, fence, () => {
    for (const id of replaced.splice(0)) folder.forget(job.id, id);
    stored();
  });
  let nextSeq = job.firstSeq;
  let isStarted = false;

  const listen = async (): Promise<AttemptEnd> => {
    for await (const event of parts.launch(job, signal)) {
      lease.renew();
      if (event.type === 'heartbeat') continue;
      if (event.seq !== nextSeq || event.type === 'run.queued') {
        throw new LaunchError('lost', `The launcher sent ${event.type} as event ${event.seq}`);
      }
      if (event.type === 'run.finished') return { kind: 'finished', run: event.run };
      nextSeq++;
      lease.listening = false;
      switch (event.type) {
        case 'run.started':
          isStarted = true;
          lease.endWithin(job.limits.wallMs + graceMs);
          await records.take(event, () => ledger.started(fence, event.time));
          break;
        case 'artifact': {
          const path = folder.pathOf(job.id, event.artifact.id);
          const artifact = { ...event.artifact, ...(await inspect(path, event.artifact)) };
          await records.take({ ...event, artifact }, () => {
            const old = ledger.artifact(fence, {
              ...artifact,
              storedMs: time.nowMs(),
              body: JSON.stringify(artifact),
            });
            if (old !== undefined) replaced.push(old);
          });
          break;
        }
        case 'network': {
          const { seq, request } = event;
          await records.take(event, () => ledger.network(fence, seq, JSON.stringify(request)));
          break;
        }
        default:
          await records.take(event);
      }
      lease.listening = true;
    }
    throw new LaunchError('lost', 'The launcher ended the run without a result');
  };

  const heard = listen().catch((error: unknown): AttemptEnd => {
    if (error instanceof StaleWriteError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return { kind: error instanceof LaunchError ? error.failure : 'lost', message };
  });
  const silent = lease.lost.then((message): AttemptEnd => ({ kind: 'lost', message }));
  heard.catch(() => undefined);
  return {
    end: Promise.race([heard, silent]),
    recorder: records,
    get isStarted() {
      return isStarted;
    },
    get nextSeq() {
      return nextSeq;
    },
  };
}
