import { createHash } from 'node:crypto';
import { type Artifact, type Limits, newId } from '@castellan/protocol';

/** The artifacts of one run, in memory, by cleaned name; the last write of a name wins. */
export class Artifacts {
  readonly #runId: string;
  readonly #limits: Limits;
  readonly #kept = new Map<string, { readonly artifact: Artifact; readonly bytes: Uint8Array }>();
  #totalBytes = 0;

  constructor(runId: string, limits: Limits) {
    this.#runId = runId;
    this.#limits = limits;
  }

  /** Keeps one; `undefined` when it would be one too many or too large. */
  keep(givenName: string, givenType: string | null, bytes: Uint8Array): Artifact | undefined {
    const name = cleanName(givenName);
    const replaced = this.#kept.get(name)?.bytes.length;
    const totalBytes = this.#totalBytes - (replaced ?? 0) + bytes.length;
    if (totalBytes > this.#limits.artifactBytes) return undefined;
    if (replaced === undefined && this.#kept.size >= this.#limits.artifactCount) return undefined;
    const artifact: Artifact = {
      id: newId('art'),
      name,
      contentType: cleanType(givenType),
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      url: `/v1/runs/${this.#runId}/artifacts/${encodeURIComponent(name)}`,
    };
    this.#totalBytes = totalBytes;
    this.#kept.set(name, { artifact, bytes });
    return artifact;
  }

  list(): Artifact[] {
    return [...this.#kept.values()].map(({ artifact }) => artifact);
  }

  bytes(name: string): Uint8Array | undefined {
    return this.#kept.get(name)?.bytes;
  }
}

const maxNameBytes = 200;

/**
 * A name that is one path segment on any system and shows as what it is: folders are joined with
 * `_`, leading dots, control characters and marks that reorder text are dropped.
 */
export function cleanName(given: string): string {
  const joined = given
    .normalize('NFC')
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .split(/[\\/]+/)
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..')
    .join('_')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  let name = joined === '' ? 'artifact' : joined;
  while (Buffer.byteLength(name) > maxNameBytes) name = [...name].slice(0, -1).join('');
  return name;
}

/** The script's own word for the type, if it has the form of one. */
function cleanType(given: string | null): string {
  const form = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:; ?charset=[\w-]{1,40})?$/;
  return given !== null && form.test(given) ? given.toLowerCase() : 'application/octet-stream';
}
