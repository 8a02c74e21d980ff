import { inspect } from 'node:util';
import { type ErrorMessage, frameTypes, type JobMessage, type LogLevel } from '@castellan/protocol';
import type { Channel } from '../channel/channel.ts';
import { Calls } from '../guest/calls.ts';
import { contextOf, defineGlobals } from '../guest/context.ts';
import { bodyValue, type EntryArguments, moduleValue, valueJson } from '../guest/entry.ts';
import { describe } from '../guest/failures.ts';
import type { Failure } from '../guest/host.ts';
import { claimed, locate } from '../isolate/failure.ts';
import { Files } from '../modules/files.ts';
import { Bodies } from './bodies.ts';
import { collect } from './collect.ts';
import type { Forwarder } from './forwarder.ts';
import { NodeModules } from './modules.ts';
import { Output } from './output.ts';
import { urlOf, withoutRoot } from './places.ts';

export interface Surroundings {
  readonly channel: Channel;
  readonly forwarder: Forwarder;
  readonly work: string;
  /** The folder that holds the runtime's `node_modules`; empty for none. */
  readonly runtime: string;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const { reallyExit } = process as unknown as { reallyExit(code: number): never };

/** The one run of a process: the script is loaded by Node itself, into Node's own realm. */
export class NodeExecution {
  readonly #job: JobMessage;
  readonly #around: Surroundings;
  readonly #files: Files;
  readonly #calls: Calls;
  readonly #output: Output;
  #isOver = false;

  constructor(job: JobMessage, around: Surroundings) {
    const { channel } = around;
    this.#job = job;
    this.#around = around;
    this.#files = new Files(job, { keepsImport: true });
    this.#calls = new Calls({
      call: (id, path, args) => channel.send(frameTypes.call, { id, path, args }),
      callSync(path, args) {
        channel.send(frameTypes.call, { id: 0, path, args });
        return channel.waitForReply().json;
      },
    });
    this.#output = new Output((level, text) => this.#log(level, text));
  }

  settle(id: number, reply: string): void {
    this.#calls.settle(id, reply);
  }

  async run(): Promise<void> {
    try {
      const args = this.#prepare();
      const value = await this.#value(args);
      const json = valueJson(value, this.#job.valueBytes);
      // What was rejected in this turn and not handled ends the run after all.
      await turn();
      this.#succeed(json);
    } catch (error) {
      this.#fail(error);
    }
  }

  #prepare(): EntryArguments {
    const { job, calls } = { job: this.#job, calls: this.#calls };
    const { channel, forwarder } = this.#around;
    this.#output.install();
    this.#catchAll();
    Object.assign(process.env, job.env);
    const context = contextOf(
      {
        progress: (fraction, text) => channel.send(frameTypes.progress, { fraction, text }),
        artifact: (id, name, contentType, content) =>
          channel.send(
            frameTypes.artifact,
            { id, name, contentType },
            typeof content === 'string' ? Buffer.from(content) : content,
          ),
      },
      calls,
      job.env,
    );
    const params: unknown = JSON.parse(job.params);
    defineGlobals({ ...context, params });
    calls.defineHelpers(globalThis, job.helpers);
    routeFetch(() => forwarder.route());
    return { params, context };
  }

  async #value(args: EntryArguments): Promise<unknown> {
    const { entry, modules } = this.#job;
    const { channel, forwarder, runtime } = this.#around;
    const files = this.#files;
    const bodies = new Bodies(files);
    const loader = new NodeModules(files, bodies, {
      runtime,
      modules,
      onNetwork: () => forwarder.route(),
    });
    bodies.use(loader);
    loader.install();
    const kind = loader.kind(entry);
    channel.send(frameTypes.compiled, {});
    if (kind === 'module') {
      return moduleValue((await import(urlOf(entry))) as object, args);
    }
    const { onlyDeclares } = files.prepared(entry).analysis;
    return bodyValue(bodies, entry, onlyDeclares, args);
  }

  /** An error that nobody catches ends the run, unless the script listens for such itself. */
  #catchAll(): void {
    process.on('uncaughtException', (error) => {
      if (process.listenerCount('uncaughtException') === 1) this.#fail(error);
    });
    Object.assign(process, { reallyExit: (code: number) => this.#exit(code) });
  }

  #succeed(json: string): void {
    const code = Number(process.exitCode ?? 0);
    if (code !== 0) this.#exit(code);
    if (!this.#end(true)) return;
    const { channel } = this.#around;
    channel.send(frameTypes.result, { ok: true, pending: this.#pending() }, Buffer.from(json));
  }

  #fail(error: unknown): void {
    const failure = JSON.parse(describe(error, (value) => inspect(value))) as Failure;
    const message = this.#located(failure);
    if (!this.#end(false)) return;
    const reason = claimed(reasonOf(failure));
    this.#around.channel.send(frameTypes.result, { ok: false, reason, error: message });
  }

  /** `process.exit`, after all listeners have been called. */
  #exit(code: number): never {
    if (this.#end(code === 0)) this.#around.channel.send(frameTypes.exit, { code: code & 0xff });
    return reallyExit(code);
  }

  /** The first end counts. A good one brings out what lies in the working directory. */
  #end(isGood: boolean): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#output.flush();
    if (isGood) collect(this.#around.work, this.#around.channel);
    return true;
  }

  #log(level: LogLevel, text: string): void {
    const cut =
      text.length > this.#job.outputBytes ? text.slice(0, this.#job.outputBytes + 1) : text;
    this.#around.channel.send(frameTypes.log, { level, text: cut });
  }

  #pending(): string | null {
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const { open } = this.#calls;
    if (timers === 0 && open === 0) return null;
    return `The script ended with ${timers} timer(s) and ${open} call(s) still pending; they were dropped.`;
  }

  #located(failure: Failure): ErrorMessage {
    const files = this.#files;
    const stack = withoutRoot(failure.stack);
    const located = locate({ ...failure, stack }, (file) =>
      files.has(file) ? (files.parsed(file)?.shifts ?? []) : undefined,
    );
    if (located.file !== null || located.name !== 'SyntaxError') return located;
    return { ...located, ...this.#placeOfLink(failure.message) };
  }

  /** A name that a module does not export: Node tells the specifier, and the place is looked up. */
  #placeOfLink(message: string): Partial<ErrorMessage> {
    const specifier = /^The requested module '(.+)' (?:does not provide|contains)/.exec(
      message,
    )?.[1];
    if (specifier === undefined) return {};
    for (const file of Object.keys(this.#job.files)) {
      const place = this.#files.importPlace(specifier, file);
      if (place !== null) return place;
    }
    return {};
  }
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
        Object.defineProperty(globalThis, name, { ...own, value, writable: true });
      },
    });
  }
}

function reasonOf({ reason, name, message, stack }: Failure): string {
  if (reason !== 'uncaught_exception' || name !== 'SyntaxError') return reason;
  const isOurs = message.startsWith('The requested module ') || stack.startsWith('file:///script/');
  return isOurs ? 'syntax_error' : reason;
}
