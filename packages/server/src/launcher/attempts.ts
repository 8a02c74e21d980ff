import { CastellanError, type ErrorCode, JsonText } from '@castellan/protocol';
import type { RunOptions, Sandbox } from '@castellan/sandbox';
import type { LaunchFailure, QueuedRun } from '../runs/launch.ts';
import { type CheckMessage, launcherFrames } from '../launching/messages.ts';
import { artifactFiles } from './artifact-files.ts';
import type { Channel } from './channel.ts';
import type { Sandboxes } from './sandboxes.ts';

/** Errors that say that no box stands, not that the run is wrong. */
const ours: ReadonlySet<ErrorCode> = new Set([
  'box_failed',
  'isolation_unavailable',
  'sandbox_closed',
]);

/** The attempts that this launcher has under way, by the API's number. */
export class Attempts {
  readonly #sandboxes: Sandboxes;
  readonly #channel: Channel;
  readonly #artifactsFolder: string;
  readonly #running = new Map<number, AbortController>();

  constructor(sandboxes: Sandboxes, channel: Channel, artifactsFolder: string) {
    this.#sandboxes = sandboxes;
    this.#channel = channel;
    this.#artifactsFolder = artifactsFolder;
  }

  cancel(attempt: number): void {
    this.#running.get(attempt)?.abort();
  }

  /** Runs one attempt and says all that happens. Never rejects. */
  async run(attempt: number, run: QueuedRun): Promise<void> {
    const cancelled = new AbortController();
    const started = Promise.withResolvers<void>();
    this.#running.set(attempt, cancelled);
    try {
      const sandbox = this.#sandboxOf(run.policy);
      const options = this.#options(run, cancelled.signal, () => started.promise);
      for await (const event of sandbox.run(run.source, options)) {
        const message = { attempt, event: withoutLines(event) };
        if (event.type !== 'run.started') this.#channel.send(launcherFrames.event, message);
        else void this.#channel.sendSurely(launcherFrames.event, message).then(started.resolve);
      }
    } catch (error) {
      this.#fail(attempt, error);
    } finally {
      this.#running.delete(attempt);
    }
  }

  /** Reads a script in a box, runs nothing of it, and says what is wrong. Never rejects. */
  async check(attempt: number, script: CheckMessage['script']): Promise<void> {
    const { policy, source, modules, limits } = script;
    try {
      const narrowed = modules === null ? {} : { modules };
      const checked = await this.#sandboxOf(policy).check(source, { limits, ...narrowed });
      this.#channel.send(launcherFrames.checked, { attempt, problems: checked.problems });
    } catch (error) {
      this.#fail(attempt, error);
    }
  }

  #sandboxOf(policy: string): Sandbox {
    const sandbox = this.#sandboxes.of(policy);
    if (sandbox !== undefined) return sandbox;
    throw new CastellanError('invalid_option', `There is no policy ${JSON.stringify(policy)}.`);
  }

  #options(run: QueuedRun, signal: AbortSignal, begin: () => Promise<void>): RunOptions {
    const { id, attempt, firstSeq, policy, input, limits, tenant } = run;
    return {
      ...input,
      params: new JsonText(input.params),
      limits,
      tenant,
      signal,
      books: {
        id,
        attempt,
        firstSeq,
        createdAt: new Date(run.createdAt),
        policy,
        keep: artifactFiles(this.#artifactsFolder, id),
        begin,
      },
    };
  }

  #fail(attempt: number, error: unknown): void {
    const isOurs = !(error instanceof CastellanError) || ours.has(error.code);
    const failure: LaunchFailure = isOurs ? 'box_failed' : 'refused';
    const { message } = error as Error;
    this.#channel.send(launcherFrames.failed, { attempt, failure, message });
  }
}

/** The API has had each line as an event of its own, and puts them together again. */
function withoutLines<Event extends { readonly type: string }>(event: Event): Event {
  if (event.type !== 'run.finished') return event;
  const { run } = event as unknown as { run: object };
  return { ...event, run: { ...run, logs: [] } };
}
