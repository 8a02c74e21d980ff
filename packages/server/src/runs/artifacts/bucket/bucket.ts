import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Log } from '../../contract/log.ts';
import { type Artifacts, isArtifactId, isRunId, nameOf, WrongBytesError } from '../artifacts.ts';
import { openFile, runsIn } from '../folder.ts';
import { verified } from '../verified.ts';
import { keysUnder, uploadsUnder } from './list.ts';
import type { Place } from './place.ts';
import { BucketFault, type Requests } from './requests.ts';
import { upload } from './upload.ts';

/** How long a client may use a URL of the bucket. */
const presignedSeconds = 60;
/** Uploads at a time; each has one part in memory. */
const mostUploads = 4;

export interface BucketParts extends Requests {
  readonly place: Place;
  /** Whether clients may fetch from the bucket. */
  readonly presigned: boolean;
  readonly log: Log;
}

/**
 * Keeps artifacts in a bucket, as `PREFIX/RUN/ARTIFACT`. Launchers write them to a folder of this
 * machine, which holds them until their run is left.
 */
export async function artifactBucket(root: string, given: BucketParts): Promise<Artifacts> {
  const parts = { ...given, ask: noting(given) };
  const { ask } = parts;
  await mkdir(root, { recursive: true, mode: 0o700 });
  const pathOf: Artifacts['pathOf'] = (run, artifact) => join(root, nameOf(run, artifact));
  const inTurn = turns(mostUploads);
  const forget: Artifacts['forget'] = async (run, artifacts) => {
    for (const id of artifacts) await ask({ method: 'DELETE', key: nameOf(run, id) });
  };
  const leave = (run: string): Promise<void> =>
    rm(join(root, nameOf(run)), { recursive: true, force: true });

  return {
    pathOf,
    keep: (run, artifact) =>
      inTurn(async () => {
        await using file = await openFile(pathOf(run, artifact.id));
        if (file === undefined) throw new WrongBytesError(artifact);
        await upload(parts, nameOf(run, artifact.id), file, artifact);
      }),
    leave,
    read: async (run, artifact) => {
      try {
        const { body } = await ask({ method: 'GET', key: nameOf(run, artifact.id) });
        return verified(body === null ? Readable.from([]) : streamOf(body), artifact);
      } catch (error) {
        if (error instanceof BucketFault && error.status === 404) return undefined;
        throw error;
      }
    },
    urlOf: async (run, { id }, { contentType, disposition }) =>
      parts.presigned
        ? parts.presign(
            nameOf(run, id),
            {
              'response-content-type': contentType,
              'response-content-disposition': disposition,
              'response-cache-control': 'private, no-cache',
            },
            presignedSeconds,
          )
        : null,
    forget,
    forgetRun: async (run) => {
      await leave(run);
      const ids: string[] = [];
      for await (const key of keysUnder(parts, `${nameOf(run)}/`))
        ids.push(key.slice(run.length + 1));
      await forget(run, ids.filter(isArtifactId));
    },
    kept: async function* () {
      let at: { run: string; artifacts: string[] } | undefined;
      for await (const key of keysUnder(parts, 'run_')) {
        const [run = '', id = ''] = key.split('/');
        if (!isRunId(run) || !isArtifactId(id)) continue;
        if (at !== undefined && at.run !== run) yield at;
        if (at?.run !== run) at = { run, artifacts: [] };
        at.artifacts.push(id);
      }
      if (at !== undefined) yield at;
    },
    halfDone: async function* () {
      for await (const run of runsIn(root)) yield { run, drop: () => leave(run) };
      for await (const { key, uploadId } of uploadsUnder(parts)) {
        const [run = ''] = key.split('/');
        if (!isRunId(run)) continue;
        yield {
          run,
          drop: async () => void (await ask({ method: 'DELETE', key, query: { uploadId } })),
        };
      }
    },
  };
}

function streamOf(body: NonNullable<Response['body']>): Readable {
  return Readable.fromWeb(body);
}

/** Answers that say nothing of the bucket itself: not there, not implemented. */
const harmless: ReadonlySet<number> = new Set([404, 501]);

/** Asks, and logs once that the bucket does not do what it is asked, and once that it does again. */
function noting({ ask, place, log }: BucketParts): Requests['ask'] {
  let isAway = false;
  return async (asked) => {
    try {
      const answer = await ask(asked);
      if (isAway) log.info({ bucket: place.where }, 'the bucket is back');
      isAway = false;
      return answer;
    } catch (error) {
      if (error instanceof BucketFault && !harmless.has(error.status ?? 0) && !isAway) {
        isAway = true;
        const { code, status } = error;
        log.error({ bucket: place.where, code, status }, 'the bucket refuses; artifacts wait');
      }
      throw error;
    }
  };
}

/** Lets `most` works go on at a time, the others in the order in which they came. */
function turns(most: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => void waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
