import { createHash } from 'node:crypto';
import { type Artifact, type Limits, newId } from '@castellan/protocol';
import { freeName } from '@castellan/protocol/paths';
import { cleanName } from './names.ts';

/**
 * Stores the bytes of an artifact. Resolves when they are safe; only then the artifact is announced.
 * Called for one artifact of a run at a time. A rejection ends the run with `box_failed`.
 */
export type ArtifactSink = (artifact: Artifact, bytes: Uint8Array) => Promise<void>;

/** Reads back what a sink has stored. */
export type ArtifactRecall = (artifact: Artifact) => Promise<Uint8Array>;

/**
 * Multiple of `artifactBytes` that a run may write in all: a sink keeps rewritten files on disk for
 * a while.
 */
const mostRewrites = 8;

/** Writes that each artifact counts for, and those that any run has: each costs a file and an event. */
const writesEach = 8;
const writesAnyway = 100;

/** What became of an artifact. `exceeded` is a noun phrase: "more than 32 artifacts". */
export type Addition = { readonly artifact: Artifact } | { readonly exceeded: string };

/**
 * The artifacts of one run by cleaned name; the last write of a name wins. The bytes stay in memory
 * unless they go to a sink.
 */
export class Artifacts {
  readonly #runId: string;
  readonly #limits: Limits;
  readonly #sink: ArtifactSink | undefined;
  readonly #recall: ArtifactRecall | undefined;
  readonly #isInMemory: boolean;
  readonly #kept = new Map<
    string,
    { readonly artifact: Artifact; readonly bytes: Uint8Array | undefined }
  >();
  #totalBytes = 0;
  #writtenBytes = 0;
  #writes = 0;
  #storing: Promise<void> = Promise.resolve();
  #pendingBytes = 0;

  /** `isRead`: the bytes are needed at once during the run, so they stay in memory even with a sink. */
  constructor(
    runId: string,
    limits: Limits,
    sink?: ArtifactSink,
    recall?: ArtifactRecall,
    isRead = false,
  ) {
    this.#runId = runId;
    this.#limits = limits;
    this.#sink = sink;
    this.#recall = recall;
    this.#isInMemory = sink === undefined || recall === undefined || isRead;
  }

  /** Bytes that the sink has not stored yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Resolves when the sink has stored everything that was added so far. */
  get stored(): Promise<void> {
    return this.#storing;
  }

  /** What a file of that name is called if it may replace none that is there. */
  freeName(given: string): string {
    return freeName(cleanName(given), (name) => this.#kept.has(name));
  }

  /** Adds an artifact. Returns it, or the limit that it would exceed; then nothing is added. */
  add(givenName: string, givenType: string | null, bytes: Uint8Array): Addition {
    const { artifactBytes, artifactCount } = this.#limits;
    const name = cleanName(givenName);
    const replaced = this.#kept.get(name)?.artifact.sizeBytes;
    const totalBytes = this.#totalBytes - (replaced ?? 0) + bytes.length;
    if (totalBytes > artifactBytes) {
      return { exceeded: `more than ${artifactBytes} bytes of artifacts` };
    }
    if (replaced === undefined && this.#kept.size >= artifactCount) {
      return { exceeded: `more than ${artifactCount} artifacts` };
    }
    const mostWrites = writesEach * artifactCount + writesAnyway;
    if (++this.#writes > mostWrites) return { exceeded: `artifacts more than ${mostWrites} times` };
    this.#writtenBytes += bytes.length;
    if (this.#writtenBytes > mostRewrites * artifactBytes) {
      return { exceeded: `artifacts anew until they were ${mostRewrites} times artifactBytes` };
    }
    this.#totalBytes = totalBytes;
    return { artifact: this.#keep(name, cleanType(givenType), bytes) };
  }

  /** Adds a file of the launcher's own, which counts for no limit of the run. */
  record(name: string, contentType: string, bytes: Uint8Array): Artifact {
    return this.#keep(name, contentType, bytes);
  }

  #keep(name: string, contentType: string, bytes: Uint8Array): Artifact {
    const artifact: Artifact = {
      id: newId('art'),
      name,
      contentType,
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      url: `/v1/runs/${this.#runId}/artifacts/${encodeURIComponent(name)}`,
    };
    this.#kept.set(name, { artifact, bytes: this.#isInMemory ? bytes : undefined });
    return artifact;
  }

  /** Calls `done` when the bytes are stored, else `failed`. Without a sink it calls `done` at once. */
  store(
    artifact: Artifact,
    bytes: Uint8Array,
    done: () => void,
    failed: (error: unknown) => void,
  ): void {
    const sink = this.#sink;
    if (sink === undefined) return done();
    this.#pendingBytes += bytes.length;
    const store = async (): Promise<void> => {
      await sink(artifact, bytes);
      this.#pendingBytes -= bytes.length;
    };
    this.#storing = this.#storing.then(store).then(done, (error: unknown) => {
      if (this.#kept.get(artifact.name)?.artifact === artifact) this.#kept.delete(artifact.name);
      failed(error);
    });
  }

  list(): Artifact[] {
    return [...this.#kept.values()].map(({ artifact }) => artifact);
  }

  /** The bytes of an artifact, from the sink where they are not in memory; undefined for none of the name. */
  async read(name: string): Promise<Uint8Array | undefined> {
    const kept = this.#kept.get(name);
    if (kept === undefined || kept.bytes !== undefined) return kept?.bytes;
    await this.#storing;
    return this.#recall?.(kept.artifact);
  }

  /** Called at the end of the run: what a sink has is let go of. */
  release(): void {
    if (this.#sink === undefined) return;
    for (const [name, { artifact }] of this.#kept)
      this.#kept.set(name, { artifact, bytes: undefined });
  }

  bytes(name: string): Uint8Array | undefined {
    return this.#kept.get(name)?.bytes;
  }
}

/** The content type that the script gave, if it is well-formed. */
function cleanType(given: string | null): string {
  const form = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:; ?charset=[\w-]{1,40})?$/;
  return given !== null && form.test(given) ? given.toLowerCase() : 'application/octet-stream';
}
