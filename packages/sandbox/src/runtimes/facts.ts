import { createHash } from 'node:crypto';
import { codeKey, type FileFacts } from '@castellan/protocol';

export function factsOf(bytes: Uint8Array): FileFacts {
  return { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** What compiled code is made for in isolates of this process's V8 that start from `snapshot`. */
export function codeKeyOf(snapshot: Uint8Array): string {
  return codeKey(process.versions.v8, process.arch, factsOf(snapshot).sha256);
}
