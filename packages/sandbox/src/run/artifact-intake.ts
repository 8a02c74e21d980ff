import type { Artifact, Reason } from '@castellan/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import { faultText } from './ending.ts';
import type { Journal } from './journal.ts';

/** Bytes of artifacts that may wait for their sink. */
const maxUnstored = 16 * 2 ** 20;

/** What the run does about its artifacts. */
export interface IntakeHooks {
  /** A box that writes faster than the sink takes has to wait. */
  hold(isHeld: boolean): void;
  /** Ends the run; does nothing when it has ended. */
  end(reason: Reason, message: string): void;
}

/** Takes the artifacts of one run: each is counted, stored, and only then made known. */
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

  /** Ours: an artifact is lost. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Calls `known` when the artifact is safe and has its event. One too many ends the run. */
  take(
    name: string,
    contentType: string | null,
    bytes: Uint8Array,
    known: (artifact: Artifact) => void = () => undefined,
  ): void {
    const artifact = this.#artifacts.keep(name, contentType, bytes);
    if (typeof artifact === 'string') {
      return this.#hooks.end('artifact_limit', `The run wrote ${artifact}`);
    }
    const safe = (): void => {
      this.#regulate();
      if (this.#journal.artifact(artifact)) known(artifact);
      else this.#hooks.end('artifact_limit', 'The run wrote artifacts more often than is sensible');
    };
    this.#artifacts.store(artifact, bytes, safe, (error) => {
      this.#fault = faultText('An artifact could not be stored', error);
      this.#hooks.end('box_failed', this.#fault);
    });
    this.#regulate();
  }

  #regulate(): void {
    this.#hooks.hold(this.#artifacts.pendingBytes > maxUnstored);
  }
}
