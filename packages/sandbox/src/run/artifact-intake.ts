import type { Artifact, Reason } from '@castellan/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { RecordedFile } from '../recording/recording.ts';
import { type Ending, endingBy, faultText } from './ending.ts';
import type { Journal } from './journal.ts';

/** Bytes of artifacts that may wait for the sink before the box is paused. */
const maxUnstored = 16 * 2 ** 20;

/** Callbacks to the run. */
export interface IntakeHooks {
  /** Backpressure: pauses a box that writes faster than the sink stores. */
  hold(isHeld: boolean): void;
  /** Ends the run; does nothing when it has ended. */
  end(reason: Reason, message: string): void;
}

/** Receives the artifacts of one run: each is counted, stored, and only then announced. */
export class ArtifactIntake {
  readonly #artifacts: Artifacts;
  readonly #journal: Journal;
  readonly #hooks: IntakeHooks;
  #fault: string | undefined;

  constructor(artifacts: Artifacts, journal: Journal, hooks: IntakeHooks) {
    this.#artifacts = artifacts;
    this.#journal = journal;
    this.#hooks = hooks;
  }

  /** The ending of the run, once all is stored: a run whose artifacts were lost is no success. */
  endingAfter(ending: Ending): Ending {
    return this.#fault === undefined ? ending : endingBy('box_failed', this.#fault);
  }

  /** Calls `known` when the artifact is stored and announced. Exceeding a limit ends the run. */
  take(
    name: string,
    contentType: string | null,
    bytes: Uint8Array,
    known: (artifact: Artifact) => void = () => undefined,
  ): void {
    const added = this.#artifacts.add(name, contentType, bytes);
    if ('exceeded' in added) {
      return this.#hooks.end('artifact_limit', `The run wrote ${added.exceeded}`);
    }
    const { artifact } = added;
    const safe = (): void => {
      this.#regulate();
      if (this.#journal.artifact(artifact)) known(artifact);
      else this.#hooks.end('artifact_limit', 'The run wrote artifacts more often than is sensible');
    };
    this.#store(artifact, bytes, safe);
    this.#regulate();
  }

  /** Keeps a file of the run's recording, which no limit of the run is for. */
  record({ name, contentType, bytes }: RecordedFile): void {
    const artifact = this.#artifacts.record(name, contentType, bytes);
    const announce = (): void => void this.#journal.artifact(artifact);
    this.#store(artifact, bytes, announce);
  }

  #store(artifact: Artifact, bytes: Uint8Array, safe: () => void): void {
    this.#artifacts.store(artifact, bytes, safe, (error) => {
      this.#fault = faultText('An artifact could not be stored', error);
      this.#hooks.end('box_failed', this.#fault);
    });
  }

  /** Takes an artifact that replaces none: it may get another name. */
  takeNew(name: string, contentType: string | null, bytes: Uint8Array): void {
    this.take(this.#artifacts.freeName(name), contentType, bytes);
  }

  #regulate(): void {
    this.#hooks.hold(this.#artifacts.pendingBytes > maxUnstored);
  }
}
