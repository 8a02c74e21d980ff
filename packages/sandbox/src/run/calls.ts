import type { Artifact } from '@castellan/protocol';
import { type CallMessage, frameTypes } from '@castellan/protocol/frames';
import type { HelperArguments } from '../channel/helpers.ts';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { BoxRunMessage, Link } from '../channel/link.ts';
import { callHelper } from '../helpers/call.ts';
import { ArtifactReads } from './artifact-reads.ts';
import { Callbacks } from './callbacks.ts';
import type { Job } from './job.ts';

/** Arguments of open calls, in UTF-16 units and bytes, beyond which the box is paused. */
const maxHeld = 32 * 2 ** 20;

/** The limit of open calls. The guest itself stops at a quarter of it. */
const maxOpen = 4_096;

type CallsMessage = Extract<BoxRunMessage, { readonly type: 'call' | 'returned' | 'artifactRead' }>;

const callTypes: Readonly<Record<CallsMessage['type'], true>> = {
  call: true,
  returned: true,
  artifactRead: true,
};

export function isCall(message: BoxRunMessage): message is CallsMessage {
  return Object.hasOwn(callTypes, message.type);
}

/** The calls of one run that are answered: to helpers, of their callbacks, and of artifacts. */
export class Calls {
  readonly #job: Job;
  readonly #link: Link;
  readonly #callbacks: Callbacks;
  readonly #reads: ArtifactReads;
  readonly #done = new AbortController();
  #open = 0;
  #held = 0;

  constructor(job: Job, link: Link, artifacts: Artifacts) {
    this.#job = job;
    this.#link = link;
    this.#callbacks = new Callbacks(link);
    this.#reads = new ArtifactReads(artifacts, link);
  }

  /** Takes a message of the script. Throws when the box breaks the protocol. */
  take(message: CallsMessage): void {
    if (message.type === 'call') this.#call(message);
    else if (message.type === 'returned') this.#callbacks.take(message);
    else this.#reads.take(message);
  }

  /** Answers one call, later. */
  #call({ id, path, args, parts }: CallMessage & HelperArguments): void {
    const declared = this.#job.helpers.byPath.get(path);
    const isSync = id === 0;
    if (isSync !== (declared?.isSync ?? isSync)) {
      throw new Error('a helper was called the wrong way');
    }
    if (++this.#open > maxOpen) throw new Error('too many calls are open');
    const held = args.length + (parts?.length ?? 0);
    this.#held += held;
    this.#regulate();
    const context = { signal: this.#done.signal, runId: this.#job.id };
    const functionOf = isSync ? undefined : (number: number) => this.#callbacks.of(number);
    const given = { path, args, parts };
    const call = () => callHelper(declared, given, context, functionOf);
    void (isSync ? this.#callbacks.duringSync(call) : call()).then(({ bytes, ...answer }) => {
      this.#open--;
      this.#held -= held;
      if (this.#done.signal.aborted) return;
      const message = { id, ...answer };
      if (isSync) this.#link.reply(frameTypes.settle, message, bytes);
      else this.#link.send(frameTypes.settle, message, ...(bytes === undefined ? [] : [bytes]));
      this.#regulate();
    });
  }

  /** Answers `artifacts.write`. */
  written(id: number, { name, sizeBytes }: Artifact): void {
    if (this.#done.signal.aborted) return;
    const json = JSON.stringify({ name, sizeBytes });
    this.#link.send(frameTypes.settle, { id, ok: true, json });
  }

  /** Called at the end of the run: aborts open helpers, whose answers are dropped. */
  stop(): void {
    this.#callbacks.stop();
    this.#reads.stop();
    this.#done.abort();
    this.#regulate();
  }

  /** Backpressure: open calls take memory here. */
  #regulate(): void {
    this.#link.hold(this, !this.#done.signal.aborted && this.#held > maxHeld);
  }
}
