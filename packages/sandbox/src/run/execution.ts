import type { NetworkEntry, PagePicture, Reason, Run } from '@castellan/protocol';
import type { BrowserCallMessage, ResultMessage } from '@castellan/protocol/frames';
import { Newest } from '@castellan/protocol/newest';
import { Artifacts } from '../artifacts/artifacts.ts';
import type { BrowserPool } from '../browser/browser.ts';
import { isFetch } from '../channel/fetches.ts';
import { capsFor } from '../channel/inbound.ts';
import type { BoxRunMessage } from '../channel/link.ts';
import { nothingExceeded, type RunEgress } from '../egress/launcher/run-egress.ts';
import type { Recording } from '../recording/recording.ts';
import type { ReadyBox } from '../pool/pool.ts';
import type { Browsing } from './browsing.ts';
import { Calls, isCall } from './calls.ts';
import { believed, hasExited, reasonOfExit } from './classify.ts';
import { Clock } from './clock.ts';
import {
  type Ending,
  endingBy,
  endingByFault,
  endingOf,
  faultText,
  isHarmless,
  waitingFor,
} from './ending.ts';
import { type Job, jobMessage } from './job.ts';
import { Fetches } from './fetches.ts';
import { isLongLine, Journal, moreLogsThan, tooManyEvents } from './journal.ts';
import { ArtifactIntake } from './artifact-intake.ts';
import { droppedText, Settled } from './settled.ts';
import { keepRecording, openRecording } from './record.ts';
import { takeBrowser } from './take-browser.ts';
import { finishedRun, usageOf } from './report.ts';
import { type Acquired, acquire } from './acquire.ts';
import { watch } from './watch.ts';

/** One run, from its job to the finished `Run`: handles the messages of the box, watches its limits. */
export class Execution {
  readonly journal: Journal;
  readonly artifacts: Artifacts;
  /** What its pages look like, while somebody reads it. */
  readonly pages = new Newest<PagePicture>(() => this.#browsing?.show(this.pages));
  valueJson: string | null = null;
  readonly #job: Job;
  readonly #ended = Promise.withResolvers<Ending>();
  readonly #clock = new Clock();
  readonly #intake: ArtifactIntake;
  readonly #settled: Settled;
  readonly #recording: Recording | undefined;
  #box: ReadyBox | undefined;
  #calls: Calls | undefined;
  #egress: RunEgress | undefined;
  #fetches: Fetches | undefined;
  #browsing: Browsing | undefined;
  #browserCall: BrowserCallMessage | undefined;
  #isOver = false;
  #startedAt: Date | null = null;

  constructor(job: Job) {
    this.#job = job;
    this.journal = new Journal(job.limits, job.firstSeq, job.mask);
    this.artifacts = new Artifacts(job.id, job.limits, job.keep, job.recall, job.browser !== null);
    this.#settled = new Settled(job);
    this.#recording = openRecording(job);
    this.#intake = new ArtifactIntake(this.artifacts, this.journal, {
      hold: (isHeld) => this.#box?.link.hold(this.artifacts, isHeld),
      end: (reason, message) => this.#end(reason, message),
    });
  }

  /** The requests that have ended so far. */
  get network(): readonly NetworkEntry[] {
    return (this.#egress?.log ?? []).map((entry) => this.#job.mask.network(entry));
  }

  /**
   * Runs the job in a box from `take`, with a browser if it needs one. Rejects only when the run
   * could not be started.
   */
  async run(
    take: (onWanted: () => void) => Promise<ReadyBox>,
    browsers: BrowserPool | undefined,
  ): Promise<Run> {
    const cancel = (): void => this.#end('cancelled', 'The run was cancelled');
    if (this.#job.signal.aborted) cancel();
    this.#job.signal.addEventListener('abort', cancel, { once: true });
    try {
      await using egress = this.#job.openEgress((entry, isOfPage) => {
        this.journal.network(this.#job.mask.network(entry));
        if (!isOfPage) this.#recording?.network(entry);
      });
      this.#egress = egress;
      const acquired = await acquire(
        (onTurn) =>
          take(() => {
            // A run that was cancelled while it waited needs no box.
            if (this.#isOver) throw new Error('the run is over');
            this.#clock.mark('turn');
            onTurn();
          }),
        async () => this.#takeBrowser(browsers, egress),
        this.#ended.promise,
      );
      if (acquired !== undefined) await this.#runIn(acquired, egress);
      return await this.#finish(await this.#ended.promise, acquired?.box);
    } finally {
      this.#job.signal.removeEventListener('abort', cancel);
      this.pages.end();
    }
  }

  async #takeBrowser(
    browsers: BrowserPool | undefined,
    egress: RunEgress,
  ): Promise<Browsing | undefined> {
    if (browsers === undefined || this.#job.browser === null) return undefined;
    const { artifacts } = this;
    const parts = { artifacts, intake: this.#intake, recording: this.#recording };
    return takeBrowser(browsers, this.#job, egress, parts, (level, text) =>
      this.#mayWrite(this.journal.log(level, text)),
    );
  }

  async #runIn({ box: ready, browsing }: Acquired, egress: RunEgress): Promise<void> {
    const { box, link, exit } = ready;
    this.#box = ready;
    if (!this.#isOver) {
      await this.#must('The limits of the box could not be set', () => box.startMetering());
    }
    if (this.#isOver) return browsing?.[Symbol.asyncDispose]();
    const forget = exit.listen((how) => {
      if (hasExited(how, ready.isolation.engine)) this.#exit(how.code);
      const { limits, engine } = this.#job;
      const known = { exit: how, metering: box.meter(), limits, engine };
      const compiled = this.#clock.has('compiled');
      const { reason, message } = reasonOfExit({ ...known, compiled });
      this.#end(reason, message);
    });
    this.#calls = new Calls(this.#job, link, this.artifacts);
    this.#fetches = new Fetches(egress, link);
    this.#browsing = browsing;
    browsing?.connect(link);
    if (this.pages.isRead) browsing?.show(this.pages);
    browsing?.onClosed(({ reason, message }) => this.#end(reason ?? 'browser_crashed', message));
    this.journal.started();
    await this.#must('The start could not be recorded', () => this.#job.begin?.());
    if (!this.#isOver) await this.#converse(ready);
    const ending = await this.#ended.promise;
    if (!isHarmless(ending)) box.kill();
    const picture = await browsing?.close(ending.reason);
    if (picture) this.#intake.take('failure.png', 'image/png', picture);
    await keepRecording(this.#recording, this.#intake);
    await this.#fetches.stop();
    forget();
  }

  /** Ends the run when something of ours fails. */
  async #must(sentence: string, work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#end('box_failed', faultText(sentence, error));
    }
  }

  /** Sends the job and waits for the ending. */
  async #converse(ready: ReadyBox): Promise<void> {
    const { limits, browser, source } = this.#job;
    this.#startedAt = new Date();
    this.#clock.mark('sent');
    const caps = capsFor(limits, ready.isolation.engine, browser !== null);
    const data = ready.program === 'again' ? [] : [...source.data.values()];
    ready.link.start(jobMessage(this.#job, ready.program), data, caps, {
      receive: (message) => this.#receive(message),
      broken: (error) => {
        if (isLongLine(error)) this.journal.cut();
        this.#endWith(endingByFault(error, limits));
      },
    });
    const stop = watch(ready, limits, (reason, message) => this.#cross(reason, message));
    await this.#ended.promise;
    stop();
  }

  #receive(message: BoxRunMessage): void {
    if (this.#isOver) return;
    if (isFetch(message)) return this.#fetches?.take(message);
    if (isCall(message)) return this.#calls?.take(message);
    switch (message.type) {
      case 'compiled':
        return this.#clock.mark('compiled');
      case 'log':
        return this.#mayWrite(this.journal.log(message.level, message.text));
      case 'progress':
        return this.#mayWrite(this.journal.progress(message.fraction, message.text), tooManyEvents);
      case 'artifact':
        return this.#intake.take(message.name, message.contentType, message.bytes, (artifact) =>
          this.#calls?.written(message.id, artifact),
        );
      case 'action':
        return this.#recording?.action(message.action);
      case 'browserCall':
        this.#browserCall = message;
        return;
      case 'cdpSend':
        return this.#browsing?.send(message.bytes);
      case 'exit':
        return this.#exit(message.code);
      case 'settled':
      case 'waiting':
        return this.#settled.take(message);
      case 'result':
        return this.#result(message.result, message.json);
    }
  }

  #mayWrite(fits: boolean, message = moreLogsThan(this.#job.limits.outputBytes)): void {
    if (!fits) this.#end('output_limit', message);
  }

  #result(result: ResultMessage, json: string): void {
    this.#clock.mark('compiled');
    const ending = endingOf(result, json, this.#job);
    if (result.ok && ending.reason === null && result.pending !== null)
      this.journal.log('warn', droppedText(result.pending));
    const { engine, limits } = this.#job;
    // Measured before the box is told to end.
    const metering = ending.reason === null ? undefined : this.#box?.box.meter();
    this.#endWith({ ...ending, reason: believed(ending.reason, engine, metering, limits) });
  }

  /** A limit was crossed. A script that has settled keeps its value when only its time is up. */
  #cross(reason: Reason, message: string): void {
    const late = reason === 'wall_timeout' ? this.#settled.timeIsUp() : undefined;
    if (late === undefined || this.#isOver) {
      return this.#endWith(endingBy(reason, ...waitingFor(reason, message, this.#browserCall)));
    }
    this.journal.log('warn', late.warning);
    this.#endWith(late.ending);
  }

  /** The script exited its process. The code is trusted only as the script's own claim. */
  #exit(code: number): void {
    if (code === 0) this.#endWith({ reason: null, value: null, error: null, exitCode: 0 });
    else this.#end('exit_nonzero', `The script exited with code ${code}`, code);
  }

  #end(reason: Reason, message: string, exitCode: number | null = null): void {
    this.#endWith({ ...endingBy(reason, message), exitCode });
  }

  /** The first ending counts. A box that may not be reused is killed before it is announced. */
  #endWith(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#clock.mark('ended');
    this.#calls?.stop();
    this.#ended.resolve(ending);
  }

  async #finish(ending: Ending, ready: ReadyBox | undefined): Promise<Run> {
    const usage = usageOf(ready, this.journal, this.#egress, this.#browsing?.cpuMs ?? 0);
    ready?.link.hold(this.artifacts, false);
    ready?.release(isHarmless(ending));
    await this.artifacts.stored;
    this.artifacts.release();
    const ended = this.#job.mask.ending(this.#intake.endingAfter(ending));
    this.valueJson = ended.valueJson ?? 'null';
    const run = finishedRun({
      job: this.#job,
      ending: ended,
      journal: this.journal,
      artifacts: this.artifacts.list(),
      usage,
      exceeded: { ...(this.#egress?.exceeded ?? nothingExceeded) },
      isolation: ready?.isolation,
      timings: this.#clock.timings(),
      startedAt: this.#startedAt,
    });
    this.journal.finished(run);
    return run;
  }
}
