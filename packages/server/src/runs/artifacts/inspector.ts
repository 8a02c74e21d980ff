// The thread that parses files of scripts. It holds no secret, and its answers are a few words.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import type { Artifact, ArtifactImage } from '@castellan/protocol';
import { fileTypeFromBuffer } from 'file-type';
import { checkImage } from './images/check.ts';

export interface Question {
  readonly path: string;
  /** The type that the script declared. */
  readonly declared: string;
  readonly sizeBytes: number;
}

export type Finding = Pick<Artifact, 'contentType'> & { readonly image?: ArtifactImage };

/** The most bytes that file-type reads. */
const headBytes = 4_100;
/** Larger images are not walked to the end: their first bytes decide whether they are complete. */
const mostImageBytes = 64 * 2 ** 20;

const port = parentPort;
if (port === null) throw new Error('This is a thread of the server.');
port.on('message', (question: Question) => {
  void look(question).then((finding) => port.postMessage(finding));
});

async function look({ path, declared, sizeBytes }: Question): Promise<Finding> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  const head = await readFirst(file, Math.min(sizeBytes, headBytes));
  const sniffed = (await fileTypeFromBuffer(head))?.mime;
  const contentType = sniffed ?? declaredType(declared, head);
  if (sniffed === undefined || !sniffed.startsWith('image/')) return { contentType };
  const bytes = await readFirst(file, Math.min(sizeBytes, mostImageBytes));
  const image = checkImage(sniffed, bytes, sizeBytes > mostImageBytes);
  return image === undefined ? { contentType } : { contentType, image };
}

async function readFirst(
  file: Awaited<ReturnType<typeof open>>,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/**
 * Bytes without a detectable type may be the declared text. A type that would have been detected,
 * such as an image or an archive, is not believed.
 */
function declaredType(declared: string, head: Uint8Array): string {
  const isText =
    /^(?:text\/[\w.+-]{1,100}|application\/(?:json|xml|yaml|javascript|[\w.-]{1,100}\+(?:json|xml)))(?:; ?charset=[\w-]{1,40})?$/;
  return isText.test(declared) && !head.includes(0) ? declared : 'application/octet-stream';
}
