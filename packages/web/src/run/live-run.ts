import type { Artifact, NetworkEntry, Run, RunEvent } from '@castellan/protocol';
import { CastellanError, type Client, type RunRequest, type SubmittedRun } from '@castellan/sdk';
import { FollowedRun } from './followed-run.ts';

/** While it waits in the queue, its place is asked for. */
const placeEveryMs = 1_500;

/** A run of the service. Whoever leaves it stops following: it goes on. */
export class LiveRun extends FollowedRun<Run> {
  readonly before = 'sending';
  /** All that was told, in its order. */
  readonly events: RunEvent[] = [];
  readonly artifacts = new Map<string, Artifact>();
  readonly requests: NetworkEntry[] = [];
  #submitted: SubmittedRun | null = null;

  /** The run as it was accepted, to be asked for more of it. */
  get submitted(): SubmittedRun | null {
    return this.#submitted;
  }

  /** Submits a script and follows it to its end. Never rejects. */
  start(client: Client, request: RunRequest, onAccepted: (run: Run) => void): Promise<void> {
    return this.guarded(async (signal) => {
      const submitted = await client.runs.create(request, { signal });
      onAccepted(submitted);
      await this.#follow(client, submitted, signal);
    });
  }

  /** Takes up a run that was started before. Never rejects. */
  resume(client: Client, id: string): Promise<void> {
    return this.guarded(async (signal) =>
      this.#follow(client, await client.runs.get(id, { signal }), signal),
    );
  }

  async cancel(): Promise<void> {
    if (!this.isGoing) return;
    if (this.#submitted === null) return this.leave();
    await this.#submitted.cancel().catch((error: unknown) => {
      // It has ended meanwhile; its last event is on the way.
      if (!(error instanceof CastellanError) || error.code !== 'run_ended') this.fail(error);
    });
  }

  /** The bytes of an artifact. */
  async bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#submitted === null) throw new Error('There is no run');
    return this.#submitted.artifact(name);
  }

  async #follow(client: Client, submitted: SubmittedRun, signal: AbortSignal): Promise<void> {
    this.#submitted = submitted;
    this.run = { ...submitted, logs: [] };
    this.changed();
    const timer = setInterval(() => void this.#askPlace(client), placeEveryMs);
    try {
      for await (const event of submitted.events({ signal })) this.take(event);
    } finally {
      clearInterval(timer);
    }
  }

  async #askPlace(client: Client): Promise<void> {
    const { run } = this;
    if (run?.status !== 'queued') return;
    const now = await client.runs.get(run.id).catch(() => null);
    if (now === null || this.run?.status !== 'queued') return;
    this.run = { ...this.run, queue: now.queue };
    this.changed();
  }

  protected override take(event: RunEvent): void {
    this.events.push(event);
    if (event.type === 'run.started') {
      if (this.run !== null) this.run = { ...this.run, status: 'running', startedAt: event.time };
    } else if (event.type === 'artifact') this.artifacts.set(event.artifact.name, event.artifact);
    else if (event.type === 'network') this.requests.push(event.request);
    if (event.type === 'run.finished') this.finish(event.run);
    else super.take(event);
  }
}
