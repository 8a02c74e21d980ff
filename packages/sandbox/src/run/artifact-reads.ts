import { type ArtifactReadMessage, frameTypes } from '@castellan/protocol/frames';
import { shown } from '@castellan/protocol/kinds';
import type { Artifacts } from '../artifacts/artifacts.ts';
import { cleanName } from '../artifacts/names.ts';
import type { Link } from '../channel/link.ts';

/** Reads that may wait; the guest itself stops at a quarter of it. */
const mostWaiting = 4_096;
/** Unread bytes of the box at which the next artifact waits, so that one at a time is in memory. */
const maxUnread = 2 ** 20;

/** Answers `artifacts.read` of one run, one artifact after the other. */
export class ArtifactReads {
  readonly #artifacts: Artifacts;
  readonly #link: Link;
  readonly #waiting: ArtifactReadMessage[] = [];
  #isReading = false;
  #isOver = false;

  constructor(artifacts: Artifacts, link: Link) {
    this.#artifacts = artifacts;
    this.#link = link;
    link.onRead(() => void this.#next());
  }

  /** Answers one read, later. Throws when the box breaks the protocol. */
  take(message: ArtifactReadMessage): void {
    if (this.#waiting.length >= mostWaiting) throw new Error('too many artifacts are read');
    this.#waiting.push(message);
    void this.#next();
  }

  /** Called at the end of the run: nothing more is answered. */
  stop(): void {
    this.#isOver = true;
    this.#waiting.length = 0;
  }

  async #next(): Promise<void> {
    if (this.#isReading || this.#link.unread > maxUnread) return;
    const message = this.#waiting.shift();
    if (message === undefined) return;
    this.#isReading = true;
    await this.#answer(message);
    this.#isReading = false;
    void this.#next();
  }

  async #answer({ id, name }: ArtifactReadMessage): Promise<void> {
    const bytes = await this.#artifacts.read(cleanName(name)).catch(() => null);
    if (this.#isOver) return;
    const send = (message: object, ...content: Uint8Array[]): void =>
      this.#link.send(frameTypes.settle, { id, ...message }, ...content);
    if (bytes === null) {
      const message = 'The artifact could not be read back';
      return send({ ok: false, code: 'artifact_unreadable', message });
    }
    if (bytes === undefined) {
      const names = this.#artifacts.list().map((artifact) => artifact.name);
      const known = names.length === 0 ? 'none yet' : names.slice(0, 10).join(', ');
      const message = `The run has written no artifact ${shown(name)}. Artifacts: ${known}`;
      return send({ ok: false, code: 'not_found', message });
    }
    const json = `[null,[{"path":[],"length":${bytes.length}}]]`;
    send({ ok: true, json, parcel: true }, bytes);
  }
}
