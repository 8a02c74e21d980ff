import { hash } from 'node:crypto';
import type { FileFacts } from '@castellan/protocol/runtimes';

/** Returns what the manifest of a set records about one of its files. */
export function factsOf(bytes: Uint8Array): FileFacts {
  return { sizeBytes: bytes.length, sha256: hash('sha256', bytes) };
}
