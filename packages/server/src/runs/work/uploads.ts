import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import type { Artifacts } from '../artifacts/artifacts.ts';
import { type UploadedFile, WorkError } from '../contract/work.ts';
import type { Leased } from '../store/store.ts';

/** What one attempt may send: a bound for workers that do not keep to the limits of their runs. */
export interface Uploads {
  /** Writes a file where launchers of this machine write theirs. Throws `WorkError`, and then nothing is left. */
  take(file: UploadedFile, bytes: Readable): Promise<void>;
  /** Throws unless a file came that is the same. */
  check(file: UploadedFile): void;
  /** Counts what was told. */
  count(bytes: number): void;
}

/** What a launcher lets a run write, rewritten files and recordings included; see sandbox/artifacts. */
const mostRewrites = 8;
const writesEach = 8;
const writesAnyway = 100;
const recordingsBytes = 64 * 2 ** 20;
/** The JSON of an event around what a limit counts, and how texts grow in JSON. */
const growth = 10;
const entryBytes = 8_192;
const eventsAnyway = 4 * 2 ** 20;

const fresh = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export function uploads(
  artifacts: Pick<Artifacts, 'pathOf'>,
  { row: { id: runId }, request: { limits } }: Leased,
): Uploads {
  const { artifactBytes, artifactCount, outputBytes, valueBytes, networkRequests } = limits;
  const known = new Map<string, UploadedFile>();
  let files = 0;
  let fileBytes = 0;
  let leftBytes = growth * (outputBytes + valueBytes) + entryBytes * networkRequests + eventsAnyway;

  return {
    take: async (file, bytes) => {
      files++;
      fileBytes += file.sizeBytes;
      const isMore = fileBytes > mostRewrites * artifactBytes + recordingsBytes;
      if (isMore || files > writesEach * artifactCount + writesAnyway) {
        const most = `${artifactCount} artifacts of ${artifactBytes} bytes`;
        throw new WorkError('too_much', `The run may have ${most} in all.`);
      }
      const path = artifacts.pathOf(runId, file.id);
      known.delete(file.id);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rm(path, { force: true });
      try {
        await write(path, file, bytes);
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
      known.set(file.id, file);
    },
    check: ({ id, sizeBytes, sha256 }) => {
      const file = known.get(id);
      if (file?.sizeBytes === sizeBytes && file.sha256 === sha256) return;
      throw new WorkError('not_uploaded', `Send the bytes of ${id} first.`);
    },
    count: (bytes) => {
      leftBytes -= bytes;
      if (leftBytes < 0) {
        throw new WorkError('too_much', 'These are more events than the limits of the run allow.');
      }
    },
  };
}

async function write(path: string, { sizeBytes, sha256 }: UploadedFile, bytes: Readable) {
  await using file = await open(path, fresh, 0o600);
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > sizeBytes) break;
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  if (size !== sizeBytes || hash.digest('hex') !== sha256) {
    throw new WorkError(
      'wrong_bytes',
      `These are not ${sizeBytes} bytes with the SHA-256 ${sha256}.`,
    );
  }
  await file.sync();
  await using names = await open(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  await names.sync();
}
