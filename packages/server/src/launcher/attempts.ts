import { CastellanError, type ErrorCode, type RunEvent } from '@castellan/protocol';
import { encodeText, type RequestHead } from '@castellan/protocol/frames';
import { JsonText } from '@castellan/protocol/json';
import { shown } from '@castellan/protocol/kinds';
import type { RunHandle, RunOptions, Sandbox } from '@castellan/sandbox';
import type { LaunchFailure, QueuedRun } from '../runs/contract/launch.ts';
import { type CheckMessage, launcherFrames, type ToldMessage } from '../launching/messages.ts';
import { artifactFiles, artifactRecall, HeldArtifacts } from './artifact-files.ts';
import { AskedExchange } from './asked-exchange.ts';
import type { Channel } from './channel.ts';
import { failureOf } from './failure.ts';
import type { KvCalls } from './kv-calls.ts';
import type { Sandboxes } from './sandboxes.ts';

type Finished = Extract<RunEvent, { readonly type: 'run.finished' }>;

/** Errors of the machine: no box could be made. The run itself is not at fault. */
const ours: ReadonlySet<ErrorCode> = new Set([
  'box_failed',
  'isolation_unavailable',
  'sandbox_closed',
]);

/** An attempt under way. */
interface Running {
  readonly cancelled: AbortController;
  /** The request that it answers, if it answers one. */
  readonly exchange: AskedExchange | null;
  /** There once its options have been accepted. */
  handle?: RunHandle;
  /** Aborts when nobody watches its pages any more. */
  watching?: AbortController | undefined;
}

/** The attempts under way in this launcher, by the number that the API gave them. */
export class Attempts {
  readonly #sandboxes: Sandboxes;
  readonly #channel: Channel;
  readonly #artifactsFolder: string;
  readonly #kv: Pick<KvCalls, 'begin'>;
  readonly #running = new Map<number, Running>();

  constructor(
    sandboxes: Sandboxes,
    channel: Channel,
    artifactsFolder: string,
    kv: Pick<KvCalls, 'begin'>,
  ) {
    this.#kv = kv;
    this.#sandboxes = sandboxes;
    this.#channel = channel;
    this.#artifactsFolder = artifactsFolder;
  }

  cancel(attempt: number): void {
    this.#running.get(attempt)?.cancelled.abort();
  }

  /** Takes what the API tells about the request that an attempt answers. */
  tell(told: ToldMessage, bytes: Uint8Array): void {
    this.#running.get(told.attempt)?.exchange?.take(told, bytes);
  }

  /** Begins or ends to send pictures of its pages. */
  watch(attempt: number, isWatched: boolean): void {
    const running = this.#running.get(attempt);
    if (running === undefined) return;
    running.watching?.abort();
    running.watching = isWatched ? new AbortController() : undefined;
    const { handle, watching } = running;
    if (handle === undefined || watching === undefined) return;
    void this.#show(attempt, handle, watching.signal);
  }

  /** A picture is sent when the one before it has left: an API that does not read gets the newest. */
  async #show(attempt: number, handle: RunHandle, signal: AbortSignal): Promise<void> {
    for await (const { page, time, jpeg } of handle.pages({ signal })) {
      await this.#channel.sendSurely(launcherFrames.page, { attempt, page, time }, jpeg);
    }
  }

  /** Runs one attempt and sends its events to the API. Never rejects. */
  async run(attempt: number, run: QueuedRun, request: RequestHead | null): Promise<void> {
    const cancelled = new AbortController();
    const started = Promise.withResolvers<void>();
    const exchange = request === null ? null : this.#exchange(attempt, request);
    const running: Running = { cancelled, exchange };
    this.#running.set(attempt, running);
    using _ = this.#kv.begin(run.id, attempt);
    try {
      const sandbox = this.#sandboxOf(run.policy);
      const held = run.isUnrecorded === true ? new HeldArtifacts() : undefined;
      const options = {
        ...this.#options(run, held, cancelled.signal, () => started.promise),
        ...(exchange === null ? {} : { exchange }),
      };
      const handle = sandbox.run(run.source, options);
      running.handle = handle;
      for await (const event of handle) {
        if (event.type === 'run.finished') this.#finish(attempt, event, handle.valueJson);
        else if (event.type === 'artifact')
          this.#channel.send(
            launcherFrames.event,
            { attempt, event },
            held?.bytes(event.artifact.id),
          );
        else if (event.type !== 'run.started')
          this.#channel.send(launcherFrames.event, { attempt, event });
        else
          void this.#channel
            .sendSurely(launcherFrames.event, { attempt, event })
            .then(started.resolve);
      }
    } catch (error) {
      this.#fail(attempt, error);
    } finally {
      this.#running.delete(attempt);
    }
  }

  /** Checks a script in a box without running it, and sends its problems to the API. Never rejects. */
  async check(attempt: number, script: CheckMessage['script']): Promise<void> {
    const { policy, source, modules, limits, tenant } = script;
    try {
      const narrowed = modules === null ? {} : { modules };
      const checked = await this.#sandboxOf(policy).check(source, { limits, tenant, ...narrowed });
      this.#channel.send(launcherFrames.checked, { attempt, problems: checked.problems });
    } catch (error) {
      this.#fail(attempt, error);
    }
  }

  /** Without its lines, each of which was an event, and with the value as the text that it came as. */
  #finish(attempt: number, event: Finished, value: string | null): void {
    const run = { ...event.run, value: null, logs: [] };
    const bytes = encodeText(value ?? 'null');
    this.#channel.send(launcherFrames.event, { attempt, event: { ...event, run } }, bytes);
  }

  #exchange(attempt: number, request: RequestHead): AskedExchange {
    return new AskedExchange(request, (asking, bytes) =>
      this.#channel.send(launcherFrames.asked, { attempt, ...asking }, bytes),
    );
  }

  #sandboxOf(policy: string): Sandbox {
    const sandbox = this.#sandboxes.of(policy);
    if (sandbox !== undefined) return sandbox;
    throw new CastellanError('invalid_option', `There is no policy ${shown(policy)}.`, {
      option: 'policy',
      value: policy,
    });
  }

  #options(
    run: QueuedRun,
    held: HeldArtifacts | undefined,
    signal: AbortSignal,
    begin: () => Promise<void>,
  ): RunOptions {
    const { id, attempt, firstSeq, policy, input, limits, tenant, program, secretValues } = run;
    refuseWithoutValues(run);
    return {
      ...input,
      params: new JsonText(input.params),
      limits,
      ...(secretValues === undefined ? {} : { secrets: secretValues }),
      tenant,
      ...(program === undefined ? {} : { program }),
      signal,
      books: {
        id,
        attempt,
        firstSeq,
        createdAt: new Date(run.createdAt),
        policy,
        keep: held?.keep ?? artifactFiles(this.#artifactsFolder, id),
        recall: held?.recall ?? artifactRecall(this.#artifactsFolder, id),
        begin,
      },
    };
  }

  #fail(attempt: number, error: unknown): void {
    const isOurs = !(error instanceof CastellanError) || ours.has(error.code);
    const kind: LaunchFailure = isOurs ? 'box_failed' : 'refused';
    this.#channel.send(launcherFrames.failed, { attempt, kind, ...failureOf(error) });
  }
}

/** A script whose secrets did not come along would run without them, and say nothing of it. */
function refuseWithoutValues({ secrets = [], secretValues = {} }: QueuedRun): void {
  const missing = secrets.filter((name) => !Object.hasOwn(secretValues, name));
  if (missing.length === 0) return;
  const detail = `The values of ${missing.join(', ')} did not come with the run.`;
  throw new CastellanError('invalid_option', detail, { option: 'secrets' });
}
