import { createHash } from 'node:crypto';
import type { FileFacts } from '@castellan/protocol';

export function factsOf(bytes: Uint8Array): FileFacts {
  return { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
