import type { Artifact, LogLine, NetworkEntry, Run, RunEvent } from '@castellan/protocol';
import { CastellanError, type Client, type RunRequest, type SubmittedRun } from '@castellan/sdk';
import { Store } from '../state/store.ts';

/** While it waits in the queue, its place is asked for. */
const placeEveryMs = 1_500;

/** One run as this page follows it: what has come of it so far. */
export class LiveRun extends Store {
  /** Tells this run from all others of the page, before it has an id. */
  readonly key = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  /** Null until the service has accepted it. Its logs are in `lines`. */
  run: Run | null = null;
  readonly lines: LogLine[] = [];
  /** All that was told, in its order. */
  readonly events: RunEvent[] = [];
  readonly artifacts = new Map<string, Artifact>();
  readonly requests: NetworkEntry[] = [];
  progress: { readonly fraction: number; readonly text: string } | null = null;
  /** Why it was refused, or is not followed any more. */
  failure: CastellanError | null = null;
  /** All of its events have come. */
  isComplete = false;
  #submitted: SubmittedRun | null = null;
  readonly #stop = new AbortController();

  /** The run as it was accepted, to be asked for more of it. */
  get submitted(): SubmittedRun | null {
    return this.#submitted;
  }

  get isGoing(): boolean {
    return this.failure === null && this.run?.finishedAt == null;
  }

  /** Submits a script and follows it to its end. Never rejects. */
  start(client: Client, request: RunRequest, onAccepted: (run: Run) => void): Promise<void> {
    return this.#guarded(async (signal) => {
      const submitted = await client.runs.create(request, { signal });
      onAccepted(submitted);
      await this.#follow(client, submitted, signal);
    });
  }

  /** Takes up a run that was started before. Never rejects. */
  resume(client: Client, id: string): Promise<void> {
    return this.#guarded(async (signal) =>
      this.#follow(client, await client.runs.get(id, { signal }), signal),
    );
  }

  async cancel(): Promise<void> {
    if (!this.isGoing) return;
    if (this.#submitted === null) return this.#stop.abort();
    await this.#submitted.cancel().catch((error: unknown) => {
      // It has ended meanwhile; its last event is on the way.
      if (!(error instanceof CastellanError) || error.code !== 'run_ended') this.#fail(error);
    });
  }

  /** Stops following: the run goes on. */
  leave(): void {
    this.#stop.abort();
  }

  /** The bytes of an artifact. */
  async bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#submitted === null) throw new Error('There is no run');
    return this.#submitted.artifact(name);
  }

  async #guarded(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await work(this.#stop.signal);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const told = error instanceof CastellanError;
    this.failure = told ? error : new CastellanError(0, 'cancelled', 'It was not sent.');
    this.changed();
  }

  async #follow(client: Client, submitted: SubmittedRun, signal: AbortSignal): Promise<void> {
    this.#submitted = submitted;
    this.run = withoutLogs(submitted);
    this.changed();
    const timer = setInterval(() => void this.#askPlace(client), placeEveryMs);
    try {
      for await (const event of submitted.events({ signal })) this.#take(event);
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

  #take(event: RunEvent): void {
    this.events.push(event);
    switch (event.type) {
      case 'run.queued':
        break;
      case 'run.started':
        if (this.run !== null) this.run = { ...this.run, status: 'running', startedAt: event.time };
        break;
      case 'log':
        this.lines.push(event);
        break;
      case 'progress':
        this.progress = event;
        break;
      case 'artifact':
        this.artifacts.set(event.artifact.name, event.artifact);
        break;
      case 'network':
        this.requests.push(event.request);
        break;
      case 'run.finished':
        this.run = withoutLogs(event.run);
        this.progress = null;
        this.isComplete = true;
        break;
      // Events of a newer service.
      default:
        break;
    }
    this.changed();
  }
}

/** The lines are held once. */
function withoutLogs(run: Run): Run {
  return { ...run, logs: [] };
}
