import { frameTypes, type JobMessage } from '@castellan/protocol';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Channel } from '../../channel/channel.ts';
import { sendCommand } from '../../channel/command.ts';
import { unknownMode } from '../engine.ts';
import type { CreateNodeBrowsing } from './browser/index.ts';
import { type Ending, NodeExecution, type Wires } from './execution.ts';
import type { Forwarder } from './forwarder.ts';
import { collect } from './collect.ts';
import { LoaderHooks } from './loader.ts';
import { Output } from './output.ts';
import { rehearsal } from './rehearsal.ts';

export interface NodeEngineOptions {
  readonly channel: Channel;
  readonly forwarder: Forwarder;
  /** The working directory. */
  readonly work: string;
  /** The folder that holds the runtime's `node_modules`; empty for none. */
  readonly runtime: string;
  /** Puppeteer, in boxes that have a browser. */
  readonly createBrowsing: CreateNodeBrowsing | undefined;
}

const { reallyExit } = process as unknown as { reallyExit(code: number): never };

/**
 * Runs one script in this process, by Node itself and in Node's own realm. What of Node it changes
 * for that, it changes once, before the job comes.
 */
export class NodeEngine {
  readonly #options: NodeEngineOptions;
  readonly #hooks = new LoaderHooks();
  readonly #output: Output;
  #execution: NodeExecution | undefined;
  #isOver = false;

  constructor(options: NodeEngineOptions) {
    this.#options = options;
    this.#output = new Output((level, text) => this.#execution?.log(level, text));
    this.#output.install();
    this.#hooks.install(() => this.#route());
    Object.assign(process, { reallyExit: (code: number) => this.#exit(code) });
    // A script that listens for errors itself has seen to them.
    process.on('uncaughtException', (error) => {
      if (process.listenerCount('uncaughtException') === 1) this.#execution?.fail(error);
    });
  }

  /** Runs scripts of ours, so that the code on a run's path is compiled when a job comes. */
  async rehearse(): Promise<void> {
    for (const job of rehearsal) {
      const ended = Promise.withResolvers<void>();
      const wires = { ...this.#wires(), send: () => undefined, end: () => ended.resolve() };
      this.#execution = new NodeExecution(job, this.#hooks, wires);
      void this.#execution.run();
      await ended.promise;
      this.#execution.forget();
    }
    this.#execution = undefined;
    routeFetch(() => this.#route());
  }

  run(job: JobMessage): void {
    if (job.ca !== null) trust(job.ca);
    const wires = this.#wires();
    const execution = new NodeExecution(job, this.#hooks, wires);
    this.#execution = execution;
    if (job.mode === 'run') void execution.run();
    else if (job.mode === 'check') void execution.check();
    else wires.end(unknownMode(job));
  }

  settle(id: number, reply: string): void {
    this.#execution?.settle(id, reply);
  }

  /** What the run's browser says, JSON text. */
  onMessage(text: string): void {
    this.#execution?.onMessage(text);
  }

  #wires(): Wires {
    const { channel, runtime, createBrowsing } = this.#options;
    const send: Wires['send'] = (type, message, bytes) => channel.send(type, message, bytes);
    return {
      runtime,
      createBrowsing,
      send,
      command: (text) => sendCommand(send, text),
      waitForReply: () => channel.waitForReply().json,
      end: (ending) => this.#end(ending),
    };
  }

  /** The first end counts. A good one brings out what lies in the working directory. */
  #end({ result, json }: Ending): void {
    const code = Number(process.exitCode ?? 0);
    if (result.ok && code !== 0) this.#exit(code);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#output.flush();
    const { channel, work } = this.#options;
    if (result.ok) collect(work, channel);
    channel.send(frameTypes.result, result, Buffer.from(json));
  }

  /** `process.exit`, after all listeners have been called. */
  #exit(code: number): never {
    try {
      if (!this.#isOver) this.#sayExit(code);
    } catch {
      // The channel is gone: the code is seen from outside.
    }
    return reallyExit(code);
  }

  #sayExit(code: number): void {
    this.#isOver = true;
    this.#output.flush();
    const { channel, work } = this.#options;
    if (code === 0) collect(work, channel);
    channel.send(frameTypes.exit, { code: code & 0xff });
  }

  #route(): void {
    if (this.#execution !== undefined) this.#options.forwarder.route();
  }
}

/** TLS ends here and not in the gateway, so the operator's own certificates have to be known here. */
function trust(ca: string): void {
  setDefaultCACertificates([...getCACertificates('default'), ca]);
}

/** The first use of `fetch` and the like makes ready what it needs. */
function routeFetch(route: () => void): void {
  for (const name of ['fetch', 'WebSocket', 'EventSource'] as const) {
    const own = Object.getOwnPropertyDescriptor(globalThis, name);
    if (own === undefined) continue;
    Object.defineProperty(globalThis, name, {
      configurable: true,
      enumerable: own.enumerable ?? true,
      get() {
        Object.defineProperty(globalThis, name, own);
        route();
        return Reflect.get(globalThis, name) as unknown;
      },
      set(value: unknown) {
        Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
      },
    });
  }
}
