import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Problem } from '@castellan/protocol';
import { encodeFrame, FrameReader } from '@castellan/protocol/frames';

import type { Offer } from '../policies/offer.ts';
import { LaunchError, type QueuedRun } from '../runs/contract/launch.ts';
import type { Exchanges } from '../exchanges/exchanges.ts';
import { AttemptEvents } from './attempt-events.ts';
import { Carrier } from './carry.ts';
import { type AnswerKv, tellKv } from './kv-answers.ts';
import { errorOf, type LauncherMessage, readLauncherMessage } from './inbound.ts';
import {
  type CheckMessage,
  type ConfigureMessage,
  launcherFrames,
  launcherCaps,
} from './messages.ts';
import { Silence } from './silence.ts';
import { endOf, spawnLauncher } from './spawn.ts';
import type { PoolState } from '../runs/contract/launchers.ts';
import type { Watchers } from './watchers.ts';

/** How long a launcher may take to become ready at least, and to end. */
const leastStartMs = 60_000;
const endMs = 10_000;

/** Backpressure: bytes of unread events beyond which the launcher is not read from. */
const maxWaiting = 64 * 2 ** 20;

/** Bytes of its standard error that are kept for the log. */
const stderrBytes = 8_192;

/** One launcher process, from start to end. Disposing of it lets it close its boxes, then kills it. */
export class LauncherProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly #attempts = new Map<number, AttemptEvents>();
  readonly #checks = new Map<number, PromiseWithResolvers<readonly Problem[]>>();
  readonly #ready = Promise.withResolvers<ReadonlyMap<string, Offer>>();
  readonly #silence: Silence;
  readonly #watchers: Watchers;
  readonly #answerKv: AnswerKv;
  readonly #carrier: Carrier;
  #idle: PromiseWithResolvers<void> | undefined;
  #lastAttempt = 0;
  #waiting = 0;
  #fault: string | undefined;
  #stderr = '';
  /** By policy, as of its last beat. */
  pools: Readonly<Record<string, PoolState>> = {};
  /** Resolves with the reason when the process has ended and all its attempts have failed. */
  readonly gone: Promise<string>;

  constructor(
    settings: ConfigureMessage,
    watchers: Watchers,
    answerKv: AnswerKv,
    exchanges: Pick<Exchanges, 'of'>,
  ) {
    this.#watchers = watchers;
    this.#answerKv = answerKv;
    this.#carrier = new Carrier(exchanges, (...told) => this.#send(launcherFrames.told, ...told));
    this.#child = spawnLauncher();
    this.#channel = this.#child.stdio[3] as Duplex;
    this.#channel.on('error', () => undefined);
    this.#child.on('error', () => undefined);
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-stderrBytes);
    });
    const { leaseMs } = settings;
    this.#silence = new Silence(leaseMs, () => this.#kill(`it said nothing for ${leaseMs} ms`));
    // Until it is ready only `ready` bounds it: a busy machine starts programs slowly.
    this.#silence.isPaused = true;
    this.#ready.promise.catch(() => undefined);
    this.#listen();
    this.gone = this.#watch();
    this.#send(launcherFrames.configure, settings);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves with the offer of each policy when it is ready; rejects with the reason when it cannot be. */
  async ready({
    boxStartMs,
  }: Pick<ConfigureMessage, 'boxStartMs'>): Promise<ReadonlyMap<string, Offer>> {
    const startMs = Math.max(leastStartMs, 4 * boxStartMs);
    const timer = setTimeout(() => this.#kill(`it was not ready after ${startMs} ms`), startMs);
    try {
      return await this.#ready.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** One attempt; see `Launch`. */
  async *launch(run: QueuedRun, signal: AbortSignal): ReturnType<AttemptEvents['read']> {
    if (this.#fault !== undefined) throw new LaunchError('busy', this.#fault);
    const number = ++this.#lastAttempt;
    const attempt = new AttemptEvents(run, (bytes) => this.#wait(-bytes));
    const cancel = (): void => this.#send(launcherFrames.cancel, { attempt: number });
    this.#attempts.set(number, attempt);
    using carried = this.#carrier.begin(number, run);
    this.#send(launcherFrames.run, { attempt: number, run, request: carried.request });
    if (this.#watchers.isWatched(run.id)) this.watch(run.id, true);
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      yield* attempt.read();
    } finally {
      signal.removeEventListener('abort', cancel);
      if (!attempt.isOver) cancel();
      attempt.abandon();
      this.#attempts.delete(number);
      this.#rest();
    }
  }

  /** Resolves when it has nothing left to do; from now on nothing may be given to it. */
  retire(): Promise<void> {
    this.#idle = Promise.withResolvers();
    this.#rest();
    return this.#idle.promise;
  }

  #rest(): void {
    if (this.#attempts.size + this.#checks.size === 0) this.#idle?.resolve();
  }

  /** Says whether somebody watches the pages of a run; nothing if it is not here. */
  watch(runId: string, isWatched: boolean): void {
    for (const [attempt, { runId: its, isOver }] of this.#attempts) {
      if (its === runId && !isOver) this.#send(launcherFrames.watch, { attempt, isWatched });
    }
  }

  /** What is wrong with a script; see `Check`. */
  async check(script: CheckMessage['script']): Promise<readonly Problem[]> {
    if (this.#fault !== undefined) throw new LaunchError('busy', this.#fault);
    const attempt = ++this.#lastAttempt;
    const checking = Promise.withResolvers<readonly Problem[]>();
    this.#checks.set(attempt, checking);
    this.#send(launcherFrames.check, { attempt, script });
    return checking.promise.finally(() => {
      this.#checks.delete(attempt);
      this.#rest();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#channel.end();
    const timer = setTimeout(() => this.#kill('it did not end when it was told to'), endMs);
    await this.gone;
    clearTimeout(timer);
  }

  #listen(): void {
    const frames = new FrameReader(launcherCaps);
    this.#channel.on('data', (chunk: Buffer) => {
      if (this.#fault !== undefined) return;
      this.#silence.heard();
      try {
        for (const frame of frames.push(chunk))
          this.#take(readLauncherMessage(frame), frame.json.length + frame.bytes.length);
      } catch (error) {
        this.#kill(`it broke the protocol: ${(error as Error).message}`);
      }
    });
  }

  #take(message: LauncherMessage, bytes: number): void {
    if (message.type === 'ready') {
      this.#silence.isPaused = false;
      return this.#ready.resolve(message.offers);
    }
    if (message.type === 'unable') {
      return this.#ready.reject(errorOf(message.failure));
    }
    if (message.type === 'beat') {
      this.pools = message.pools;
      for (const attempt of this.#attempts.values()) attempt.beat();
      return;
    }
    if (message.type === 'checked') {
      this.#checks.get(message.attempt)?.resolve(message.problems);
      return;
    }
    if (message.type === 'asked') return this.#carrier.take(message.question);
    if (message.type === 'failed') {
      const cause = errorOf(message.failure);
      const failure = new LaunchError(message.kind, cause.message, { cause });
      this.#checks.get(message.attempt)?.reject(failure);
      this.#attempts.get(message.attempt)?.fail(failure);
      return;
    }
    // The launcher is cancelling a run that nobody reads any more.
    const attempt = this.#attempts.get(message.attempt);
    if (attempt === undefined || attempt.isOver) return;
    if (message.type === 'kvAsked') {
      return void tellKv(this.#answerKv, attempt.run, message).then((told) => this.#send(...told));
    }
    if (message.type === 'page') return this.#watchers.show(attempt.runId, message.picture);
    attempt.take(message.event, bytes);
    this.#wait(bytes);
  }

  #wait(bytes: number): void {
    this.#waiting += bytes;
    const isFull = this.#waiting > maxWaiting;
    if (isFull === this.#channel.isPaused()) return;
    // While this side does not read, silence means nothing.
    this.#silence.isPaused = isFull;
    if (isFull) this.#channel.pause();
    else this.#channel.resume();
  }

  #send(type: number, message: object, bytes?: Uint8Array): void {
    const frame = encodeFrame(type, JSON.stringify(message), bytes);
    if (this.#channel.writable) this.#channel.write(frame);
  }

  /** Messages that arrive after this are ignored. */
  #kill(why: string): void {
    this.#fault ??= `the launcher was killed: ${why}`;
    this.#child.kill('SIGKILL');
  }

  async #watch(): Promise<string> {
    const ended = await endOf(this.#child);
    // Its last messages may still be in the socket.
    if (this.#fault === undefined && !this.#channel.readableEnded && !this.#channel.destroyed) {
      this.#channel.resume();
      await once(this.#channel, 'close', { signal: AbortSignal.timeout(1_000) }).catch(() => []);
    }
    this.#silence[Symbol.dispose]();
    this.#fault ??= `the launcher ended (${ended})`;
    const why = this.#stderr === '' ? this.#fault : `${this.#fault}: ${this.#stderr.trim()}`;
    this.#ready.reject(new Error(why));
    const lost = new LaunchError('lost', this.#fault);
    for (const attempt of this.#attempts.values()) attempt.fail(lost);
    for (const checking of this.#checks.values()) checking.reject(lost);
    this.#channel.destroy();
    this.#child.stderr?.destroy();
    return why;
  }
}
