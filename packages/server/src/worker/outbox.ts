import { openAsBlob } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '@castellan/protocol';
import { encodeFrame, encodeText } from '@castellan/protocol/frames';
import { JsonText } from '@castellan/protocol/json';
import { launcherFrames } from '../launching/messages.ts';
import { type AttemptEvent, type Launch, LaunchError } from '../runs/contract/launch.ts';
import type { HandedRun } from '../runs/contract/work.ts';
import { RefusedByService, type Service } from './service.ts';

/** One list of events is as large as this, unless one event is larger. */
const mostTold = 4 * 2 ** 20;
/** Events that wait for a service that is away: then the launcher is not read from. */
const mostWaiting = 8 * 2 ** 20;

interface Item {
  readonly seq: number;
  readonly frame: Uint8Array;
  /** The artifact whose bytes go first. */
  readonly artifact: Pick<Artifact, 'id' | 'sha256'> | null;
}

export interface OutboxParts {
  readonly launch: Launch;
  readonly service: Service;
  readonly artifactsFolder: string;
  /** Why a run was given up without an end. */
  readonly onLost: (runId: string, why: string) => void;
}

/**
 * Runs one attempt, and tells the service of it: every event is kept until the service has stored it, whichever
 * process of the service that is. Resolves when all is told, or the run is not this worker's any more; the run
 * is killed then. Never rejects.
 */
export async function carryOut(
  { launch, service, artifactsFolder, onLost }: OutboxParts,
  { lease, run }: HandedRun,
  cancelled: AbortSignal,
): Promise<void> {
  const fence = { id: run.id, lease };
  const lost = new AbortController();
  const isUploaded = new Set<string>();
  let waiting: Item[] = [];
  let waitingBytes = 0;
  let telling: Promise<void> | undefined;

  const upload = async ({ id, sha256 }: NonNullable<Item['artifact']>): Promise<void> => {
    const bytes = await openAsBlob(join(artifactsFolder, run.id, id));
    await service.upload(fence, { id, sha256 }, bytes, lost.signal);
    isUploaded.add(id);
  };
  const tellOnce = async (): Promise<void> => {
    const batch = firstOf(waiting);
    for (const { artifact } of batch) {
      if (artifact !== null && !isUploaded.has(artifact.id)) await upload(artifact);
    }
    try {
      const frames = Buffer.concat(batch.map(({ frame }) => frame));
      const { nextSeq } = await service.tell(fence, frames, lost.signal);
      const told = batch.filter(({ seq }) => seq < nextSeq || seq === Infinity);
      waiting = waiting.slice(told.length);
      waitingBytes -= told.reduce((sum, { frame }) => sum + frame.length, 0);
    } catch (error) {
      // Another process of the service has the bytes, or this one has begun anew.
      if (!(error instanceof RefusedByService) || error.code !== 'artifact_missing') throw error;
      isUploaded.clear();
    }
  };
  const tell = async (): Promise<void> => {
    while (waiting.length > 0) await tellOnce();
    telling = undefined;
  };
  const give = async (item: Item): Promise<void> => {
    waiting.push(item);
    waitingBytes += item.frame.length;
    telling ??= tell();
    // Whoever awaits it hears of it.
    telling.catch((error: unknown) => lost.abort(error));
    if (waitingBytes > mostWaiting) await telling;
  };

  try {
    const signal = AbortSignal.any([cancelled, lost.signal]);
    try {
      for await (const event of launch(run, signal, lease)) {
        if (lost.signal.aborted) break;
        if (event.type !== 'heartbeat') await give(itemOf(event));
      }
    } catch (error) {
      if (!(error instanceof LaunchError) || error.failure === 'elsewhere') throw error;
      await give(failureOf(error));
    }
    await telling;
  } catch (error) {
    lost.abort(error);
  }
  if (lost.signal.aborted) onLost(run.id, (lost.signal.reason as Error).message);
  await rm(join(artifactsFolder, run.id), { recursive: true, force: true });
}

function firstOf(waiting: readonly Item[]): Item[] {
  let bytes = 0;
  const end = waiting.findIndex(({ frame }) => (bytes += frame.length) > mostTold);
  return waiting.slice(0, end === -1 ? undefined : Math.max(1, end));
}

/** As the launcher sends it to a service of its machine; the value is the bytes part. */
function itemOf(event: AttemptEvent): Item {
  const artifact = event.type === 'artifact' ? event.artifact : null;
  if (event.type !== 'run.finished') {
    return { seq: event.seq, artifact, frame: frameOf({ attempt: 1, event }) };
  }
  const { value } = event.run;
  const text = value instanceof JsonText ? value.text : JSON.stringify(value);
  const run = { ...event.run, value: null, logs: [] };
  const frame = frameOf({ attempt: 1, event: { ...event, run } }, encodeText(text));
  return { seq: event.seq, artifact, frame };
}

function frameOf(message: object, bytes?: Uint8Array): Uint8Array {
  return encodeFrame(launcherFrames.event, JSON.stringify(message), bytes);
}

function failureOf({ failure: kind, message: detail }: LaunchError): Item {
  const message = { attempt: 1, kind, code: null, detail, fix: null, option: null };
  const frame = encodeFrame(launcherFrames.failed, JSON.stringify(message));
  return { seq: Infinity, artifact: null, frame };
}
