import type { Readable } from 'node:stream';
import type { Artifact } from '@castellan/protocol';
import type { Log } from '../contract/log.ts';
import type { ServedAs } from '../contract/runs.ts';

/**
 * Where the bytes of artifacts are kept. `folder` and `bucket` implement it, and `conformance.test.ts`
 * says the same of both. A launcher writes an artifact to `pathOf`, wherever it is kept later: so no
 * launcher needs the way to a bucket.
 *
 *     launcher ──▶ pathOf ──keep──▶ kept ──read──▶ client
 *                    │ leave          │ forget
 *                    ▼                ▼
 *                   gone             gone
 *
 * Names are ids that no client chooses.
 */
export interface Artifacts {
  /** Where the launcher has the file, until its run is left. */
  pathOf(run: string, artifact: string): string;
  /**
   * Resolves when what the launcher has written is kept, byte for byte what `artifact` says. Throws
   * `StorageFault` while that is not possible, and `WrongBytesError`.
   */
  keep(run: string, artifact: Known): Promise<void>;
  /** The launcher has done with the run, and reads nothing back. */
  leave(run: string): Promise<void>;
  /**
   * The bytes; undefined when they are not there. The stream fails rather than end with other bytes
   * than those that were kept.
   */
  read(run: string, artifact: Known): Promise<Readable | undefined>;
  /** Where a client may fetch the bytes itself for a minute; null: through this service only. */
  urlOf(run: string, artifact: Known, as: ServedAs): Promise<string | null>;
  /** Removes artifacts of a run; succeeds for those that are not there. */
  forget(run: string, artifacts: readonly string[]): Promise<void>;
  /** Removes all artifacts of a run. */
  forgetRun(run: string): Promise<void>;
  /** Every run of which something is kept, with the ids of it. */
  kept(): AsyncIterable<{ readonly run: string; readonly artifacts: readonly string[] }>;
  /** What is left half done, once the run is in no launcher's hands any more. */
  halfDone(): AsyncIterable<HalfDone>;
}

export type Known = Pick<Artifact, 'id' | 'sizeBytes' | 'sha256'>;

export interface HalfDone {
  readonly run: string;
  readonly drop: () => Promise<void>;
}

/** How artifacts are kept: with a `log`, for what no caller is told of. */
export type OpenArtifacts = (
  /** Absolute: where launchers write. */
  folder: string,
  log: Log,
) => Promise<Artifacts>;

/** The launcher's file is not what it said of it. */
export class WrongBytesError extends Error {
  override readonly name = 'WrongBytesError';

  constructor({ id }: Known) {
    super(`The artifact ${id} has other bytes than its launcher said`);
  }
}

const form = { run: /^run_[0-9a-f]{32}$/, artifact: /^art_[0-9a-f]{32}$/ } as const;

export function isRunId(name: string): boolean {
  return form.run.test(name);
}

export function isArtifactId(name: string): boolean {
  return form.artifact.test(name);
}

/** `RUN/ARTIFACT`. Throws for what is no id: it might lead elsewhere. */
export function nameOf(run: string, artifact?: string): string {
  if (!isRunId(run)) throw new Error(`${JSON.stringify(run)} is not the id of a run`);
  if (artifact === undefined) return run;
  if (isArtifactId(artifact)) return `${run}/${artifact}`;
  throw new Error(`${JSON.stringify(artifact)} is not the id of an artifact`);
}
