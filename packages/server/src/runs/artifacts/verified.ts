import { createHash } from 'node:crypto';
import { pipeline, type Readable, Transform } from 'node:stream';
import type { Known } from './artifacts.ts';

/**
 * The same bytes, the last of them only when all are known to be what was kept: else the stream
 * fails, and whoever reads it sees that it was cut off.
 */
export function verified(source: Readable, { id, sizeBytes, sha256 }: Known): Readable {
  const hash = createHash('sha256');
  let length = 0;
  let held: Buffer | undefined;
  const checked = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      length += chunk.length;
      const before = held;
      held = chunk;
      if (length <= sizeBytes) done(null, before);
      else done(other(id));
    },
    flush(done) {
      if (length === sizeBytes && hash.digest('hex') === sha256) done(null, held);
      else done(other(id));
    },
  });
  // Whoever reads hears of every error.
  pipeline(source, checked, () => undefined);
  return checked;
}

function other(id: string): Error {
  return new Error(`The bytes of ${id} are not those that were kept`);
}
