import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { type Known, WrongBytesError } from '../artifacts.ts';
import { textOf } from './answers.ts';
import { BucketFault, type Requests } from './requests.ts';
import type { Place } from './place.ts';

const Mi = 2 ** 20;
/** What is sent at a time. S3 takes ten thousand parts, none but the last below 5 MiB. */
const leastPartBytes = 8 * Mi;
const mostParts = 10_000;

/**
 * Puts a file into the bucket, in parts if it is large. Each request is signed with the hash of its
 * bytes; the object is there when all of them together are what `artifact` says, or not at all. Throws
 * `WrongBytesError` and `BucketFault`.
 */
export async function upload(
  { place, ask }: Pick<Requests, 'ask'> & { readonly place: Place },
  key: string,
  file: FileHandle,
  artifact: Known,
): Promise<void> {
  const { sizeBytes } = artifact;
  if ((await file.stat()).size !== sizeBytes) throw new WrongBytesError(artifact);
  const partBytes = Math.max(leastPartBytes, Math.ceil(sizeBytes / mostParts));
  const hash = createHash('sha256');
  const readPart = (start: number): Promise<Buffer> =>
    readAt(file, start, Math.min(partBytes, sizeBytes - start), hash);
  if (sizeBytes <= partBytes) {
    const body = await readPart(0);
    compare(hash, artifact);
    await ask({ method: 'PUT', key, body });
    return;
  }
  const begun = await ask({ method: 'POST', key, query: { uploads: '' } });
  const uploadId = textOf(await begun.text(), 'UploadId') ?? '';
  try {
    const parts: string[] = [];
    for (let start = 0; start < sizeBytes; start += partBytes) {
      const body = await readPart(start);
      const query = { partNumber: String(parts.length + 1), uploadId };
      const { headers } = await ask({ method: 'PUT', key, query, body });
      parts.push(headers.get('etag') ?? '');
    }
    compare(hash, artifact);
    const body = Buffer.from(listOf(parts));
    const answer = await ask({ method: 'POST', key, query: { uploadId }, body });
    // It may begin to answer 200 long before it knows.
    const code = textOf(await answer.text(), 'Code');
    if (code !== undefined) throw new BucketFault(place, code, answer.status);
  } catch (error) {
    // What cannot be removed now is found by the next sweep.
    await ask({ method: 'DELETE', key, query: { uploadId } }).catch(() => undefined);
    throw error;
  }
}

function compare(hash: Hash, artifact: Known): void {
  if (hash.digest('hex') !== artifact.sha256) throw new WrongBytesError(artifact);
}

async function readAt(
  file: FileHandle,
  start: number,
  length: number,
  hash: Hash,
): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  const read = buffer.subarray(0, filled);
  hash.update(read);
  return read;
}

function listOf(parts: readonly string[]): string {
  const each = parts.map(
    (etag, at) =>
      `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag.replaceAll('"', '&quot;')}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${each.join('')}</CompleteMultipartUpload>`;
}
