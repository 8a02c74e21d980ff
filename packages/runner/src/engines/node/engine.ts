import type { Channel } from '../../channel/channel.ts';
import { cleanStacks } from '../../entry/stacks.ts';
import {
  type Engine,
  type EngineHost,
  type Outcome,
  type ReceivedJob,
  silentHost,
  unknownMode,
} from '../engine.ts';
import { collect } from './collect.ts';
import { NodeExecution, type NodeParts } from './execution.ts';
import type { Forwarder } from './forwarder.ts';
import { LoaderHooks } from './loader.ts';
import { Resources } from './resources.ts';
import { routeAtFirstUse } from './first-use.ts';
import { Output } from './output.ts';
import { isOurs, withoutRoot } from '../../script/places.ts';
import { rehearsal } from './rehearsal.ts';

export interface NodeEngineOptions extends Omit<NodeParts, 'resources'> {
  /** The folder of the runner's own files. */
  readonly folder: string;
  /** Carries the files that a run leaves behind. */
  readonly channel: Channel;
  readonly forwarder: Forwarder;
  /** The working directory. */
  readonly work: string;
}

const numberOf = Number;
const { reallyExit } = process as unknown as { reallyExit(code: number): never };

/**
 * Runs one script in this process, by Node itself and in Node's own realm. All changes to Node that
 * this needs are made once, before the job arrives.
 */
export class NodeEngine implements Engine {
  readonly #options: NodeEngineOptions & NodeParts;
  readonly #hooks = new LoaderHooks();
  readonly #output: Output;
  #execution: NodeExecution | undefined;
  #host: EngineHost = silentHost();
  #isOver = false;
  #isDrained = false;

  constructor(options: NodeEngineOptions) {
    this.#options = { ...options, resources: new Resources() };
    this.#options.resources.watch();
    this.#output = new Output((level, text) => this.#execution?.log(level, text));
    this.#output.install();
    cleanStacks({
      isOurs: (file) => isOurs(file, options.folder),
      shown: (frame) => this.#execution?.shown(frame) ?? withoutRoot(frame),
      onStack: () => undefined,
    });
    this.#hooks.install(options.builtIns, () => this.#route());
    Object.assign(process, { reallyExit: (code: number) => this.#exit(code) });
    // A script with a listener of its own handles its errors itself.
    process.on('uncaughtException', (error) => {
      if (process.listenerCount('uncaughtException') === 1) this.#execution?.fail(error);
    });
    this.#followEnd();
  }

  /** Runs small scripts, so that the code on a run's path is compiled before a job arrives. */
  async rehearse(): Promise<void> {
    for (const job of rehearsal) {
      const ended = Promise.withResolvers<void>();
      const execution = this.#start(
        job,
        silentHost(() => ended.resolve()),
      );
      await ended.promise;
      execution.forget();
    }
    this.#execution = undefined;
    routeAtFirstUse(() => this.#route());
  }

  run(job: ReceivedJob, host: EngineHost): void {
    if (job.ca !== null) trust(job.ca);
    this.#host = host;
    // From here on the script keeps the process going, and nothing else.
    if (job.mode === 'run') this.#options.hold(-1);
    host.onFetch((answer, bytes) => this.#options.forwarder.take(answer, bytes));
    this.#start(job, { ...host, end: (outcome) => this.#end(outcome) }, true);
  }

  #start(job: ReceivedJob, host: EngineHost, goesOn = false): NodeExecution {
    const execution = new NodeExecution(job, this.#hooks, this.#options, host);
    this.#execution = execution;
    if (job.mode === 'run') void execution.run(goesOn);
    else if (job.mode === 'check') void execution.check();
    else host.end(unknownMode(job));
    return execution;
  }

  /**
   * Follows the end of Node's event loop. No listener, since it has to come after all of the script's,
   * which may give the loop more to do, and since a script can remove all listeners.
   */
  #followEnd(): void {
    const { emit } = process;
    const follow = (name: string, ...values: unknown[]): boolean => {
      const hasListeners = Reflect.apply(emit, process, [name, ...values]) as boolean;
      if (name === 'beforeExit') this.#onDrained();
      else if (name === 'exit') this.#onExit();
      return hasListeners;
    };
    Object.defineProperty(process, 'emit', { value: follow, configurable: true, writable: true });
  }

  #onDrained(): void {
    this.#isDrained = true;
    this.#execution?.awaitBrowser();
    // Runs only if the loop goes on.
    setImmediate(() => (this.#isDrained = false)).unref();
  }

  /** An exit that the script did not ask for. A code that it has set says more than that it waits. */
  #onExit(): void {
    if (!this.#isDrained || this.#execution === undefined) return;
    const { exitCode } = process;
    if (!this.#execution.hasSettled && exitCode !== undefined) this.#exit(numberOf(exitCode));
    this.#execution.drained();
  }

  /** A good result counts as the exit code that the script has set, when it has set one. */
  #end(outcome: Outcome): void {
    const code = numberOf(process.exitCode ?? 0);
    if ('result' in outcome && outcome.result.ok && code !== 0) this.#exit(code);
    this.#finish(outcome);
  }

  /** `process.exit`, after all listeners have been called. */
  #exit(code: number): never {
    const exitCode = code & 0xff;
    try {
      this.#finish({ exitCode });
    } catch {
      // The channel is gone; the launcher still sees an exit code of the process.
    }
    // Codes from 128 on are the kernel's; the filter lets no process end with one.
    return reallyExit(exitCode < 128 ? exitCode : 1);
  }

  /** The first outcome counts. A good one sends the files of the working directory before itself. */
  #finish(outcome: Outcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.builtIns.restore();
    this.#output.flush();
    const { channel, work, dataFiles } = this.#options;
    const isGood = 'result' in outcome ? outcome.result.ok : outcome.exitCode === 0;
    if (isGood) collect(work, channel, dataFiles);
    this.#host.end(outcome);
    if ('result' in outcome) waitForTheEnd();
  }

  #route(): void {
    if (this.#execution !== undefined) this.#options.forwarder.route();
  }
}

const { wait } = Atomics;
const never = new Int32Array(new SharedArrayBuffer(4));
/** Only a launcher that is gone takes longer. */
const longestWaitMs = 10_000;

/**
 * The launcher kills the process once it has the result. If the process ended by itself, its end could
 * arrive before what it has sent; and nothing of the script's shall run any more.
 */
function waitForTheEnd(): never {
  wait(never, 0, 0, longestWaitMs);
  return reallyExit(0);
}

/**
 * Trusts the operator's own certificates, since TLS ends here and not in the gateway. Node's TLS is loaded
 * for that alone.
 */
function trust(ca: string): void {
  const tls = process.getBuiltinModule('node:tls');
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ca]);
}
