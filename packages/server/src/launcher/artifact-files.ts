import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRecall, ArtifactSink } from '@castellan/sandbox';

/** Never writes to an existing file or follows a link. */
const fresh = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Writes the artifacts of runs to `folder/<run id>/<artifact id>`, both generated names. Resolves when
 * content and directory entry are on the disk.
 */
export function artifactFiles(folder: string, runId: string): ArtifactSink {
  const own = join(folder, runId);
  return async ({ id }, bytes) => {
    await mkdir(own, { recursive: true, mode: 0o700 });
    await using file = await open(join(own, id), fresh, 0o600);
    await file.writeFile(bytes);
    await file.sync();
    await using names = await open(own, constants.O_RDONLY | constants.O_DIRECTORY);
    await names.sync();
  };
}

/** Holds the artifacts of a run that is not recorded: each is sent with its event, and may be read until the end. */
export class HeldArtifacts {
  readonly #bytes = new Map<string, Uint8Array>();
  readonly keep: ArtifactSink = async ({ id }, bytes) => void this.#bytes.set(id, bytes);
  readonly recall: ArtifactRecall = async ({ id }) => this.bytes(id);

  bytes(id: string): Uint8Array {
    const bytes = this.#bytes.get(id);
    if (bytes === undefined) throw new Error(`The artifact ${id} is not held`);
    return bytes;
  }
}

/** Reads back what `artifactFiles` has written; never follows a link. */
export function artifactRecall(folder: string, runId: string): ArtifactRecall {
  return async ({ id }) => {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW;
    await using file = await open(join(folder, runId, id), flags);
    return await file.readFile();
  };
}
