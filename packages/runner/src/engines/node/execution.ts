import { inspect } from 'node:util';
import {
  type RunError,
  frameTypes,
  type JobMessage,
  type LogLevel,
  type ResultMessage,
} from '@castellan/protocol';
import type { Browsing } from '../../entry/browser/wires.ts';
import { Calls } from '../../entry/calls.ts';
import { contextOf, defineGlobals, type GuestContext } from '../../entry/context.ts';
import { bodyValue, type EntryArguments, moduleValue, valueJson } from '../../entry/entry.ts';
import { describe } from '../../entry/failures.ts';
import type { Failure } from '../../guest/host.ts';
import { claimed, locate } from '../../script/failure.ts';
import { check } from '../../script/check/check.ts';
import { Files } from '../../script/files.ts';
import { checkImports, type Find } from '../../script/imports.ts';
import { Bodies } from './bodies.ts';
import type { CreateNodeBrowsing } from './browser/index.ts';
import { compile, globalNames, Linking } from './check.ts';
import type { LoaderHooks } from './loader.ts';
import { NodeModules } from './modules.ts';
import { urlOf, withoutRoot } from './places.ts';
import { reasoned } from './refused.ts';
import { syntaxPlace } from './syntax.ts';

/** How a run ended; `json` is its value. */
export interface Ending {
  readonly result: ResultMessage;
  readonly json: string;
}

/** What a run needs around it. */
export interface Wires {
  readonly runtime: string;
  /** Puppeteer, in boxes that have a browser. */
  readonly createBrowsing: CreateNodeBrowsing | undefined;
  /** One command to the run's browser, JSON text. */
  command(text: string): void;
  send(type: number, message: object, bytes?: Uint8Array): void;
  waitForReply(): string;
  /** Called for every ending; the first one counts. */
  end(ending: Ending): void;
}

interface NodeArguments extends EntryArguments {
  readonly context: GuestContext;
}

const immediate = setImmediate;

/** One run: the entry rules, in Node's own realm. */
export class NodeExecution {
  readonly #job: JobMessage;
  readonly #hooks: LoaderHooks;
  readonly #wires: Wires;
  readonly #files: Files;
  readonly #calls: Calls;
  #browsing: Browsing | undefined;
  #globals: object = {};

  constructor(job: JobMessage, hooks: LoaderHooks, wires: Wires) {
    this.#job = job;
    this.#hooks = hooks;
    this.#wires = wires;
    this.#files = new Files(job, { keepsImport: true });
    this.#calls = new Calls({
      call: (id, path, args) => wires.send(frameTypes.call, { id, path, args }),
      callSync(path, args) {
        wires.send(frameTypes.call, { id: 0, path, args });
        return wires.waitForReply();
      },
    });
  }

  async run(): Promise<void> {
    try {
      const args = this.#prepare();
      const json = valueJson(await this.#value(args), this.#job.valueBytes);
      // What was rejected in this turn and not handled ends the run after all.
      await new Promise((resolve) => immediate(resolve));
      this.#wires.end({ result: { ok: true, pending: this.#pending() }, json });
    } catch (error) {
      this.fail(error);
    }
  }

  /** Reads the script and runs nothing of it. */
  async check(): Promise<void> {
    try {
      const { context } = this.#prepare();
      const { bodies, loader } = this.#open(context.artifacts);
      const linking = new Linking(loader);
      this.#hooks.use(linking);
      const outcome = await check(this.#job, this.#files, {
        // Only a run has a browser to connect to.
        globals: () => [
          ...globalNames(),
          ...(this.#browsing === undefined ? [] : ['browser', 'page']),
        ],
        find: (specifier, how) => loader.find(specifier, how),
        compile: (file) => compile(file, this.#files, bodies, linking),
      });
      this.#wires.end(outcome);
    } catch (error) {
      this.fail(error);
    }
  }

  settle(id: number, reply: string): void {
    this.#calls.settle(id, reply);
  }

  /** In a turn of its own: what waits for one message has to listen before the next is there. */
  onMessage(text: string): void {
    immediate(() => this.#browsing?.onMessage(text));
  }

  log(level: LogLevel, text: string): void {
    const { outputBytes } = this.#job;
    const cut = text.length > outputBytes ? text.slice(0, outputBytes + 1) : text;
    this.#wires.send(frameTypes.log, { level, text: cut });
  }

  fail(thrown: unknown): void {
    const failure = JSON.parse(describe(thrown, (value) => inspect(value))) as Failure;
    const error = this.#located(failure);
    const syntax = error.file === null ? syntaxPlace(this.#files, failure) : undefined;
    const reason = syntax === undefined ? claimed(failure.reason) : 'syntax_error';
    this.#wires.end({ result: { ok: false, reason, error: { ...error, ...syntax } }, json: '' });
  }

  /** Takes away what a rehearsal has left in the global scope. */
  forget(): void {
    for (const name of Object.keys(this.#globals)) Reflect.deleteProperty(globalThis, name);
  }

  #prepare(): NodeArguments {
    const { env, helpers, params } = this.#job;
    const { send } = this.#wires;
    Object.assign(process.env, env);
    const context = contextOf(
      {
        progress: (fraction, text) => send(frameTypes.progress, { fraction, text }),
        artifact(id, name, contentType, content) {
          const bytes = typeof content === 'string' ? Buffer.from(content) : content;
          send(frameTypes.artifact, { id, name, contentType }, bytes);
        },
      },
      this.#calls,
      env,
    );
    const args = { params: JSON.parse(params) as unknown, context };
    // The script's own files lie nowhere: what it writes beside itself goes to the working directory.
    const folder = process.cwd();
    const own = { __dirname: folder, __filename: `${folder}/${this.#job.entry}` };
    this.#globals = { ...own, ...context, params: args.params, ...helpers };
    defineGlobals({ ...own, ...context, params: args.params });
    this.#calls.defineHelpers(globalThis, helpers);
    return args;
  }

  #open(artifacts: GuestContext['artifacts']): {
    readonly bodies: Bodies;
    readonly loader: NodeModules;
  } {
    const { runtime } = this.#wires;
    const { modules, browser } = this.#job;
    if (browser !== null) this.#browsing = this.#createBrowsing(artifacts);
    const puppeteer = this.#browsing?.puppeteer;
    if (puppeteer !== undefined) defineGlobals({ puppeteer });
    const bodies = new Bodies(this.#files);
    const loader = new NodeModules(this.#files, bodies, { runtime, modules, puppeteer });
    bodies.use(loader);
    this.#hooks.use(loader);
    return { bodies, loader };
  }

  #createBrowsing({ write }: GuestContext['artifacts']): Browsing {
    const { createBrowsing, command } = this.#wires;
    if (createBrowsing === undefined) throw new Error('This box was made without Puppeteer');
    return createBrowsing({
      send: command,
      warn: (text) => this.log('warn', text),
      show: (browser, page) => defineGlobals({ browser, page }),
      write: (name, content, contentType) =>
        write(name, content, contentType === null ? {} : { contentType }),
      read: (path) => (this.#files.has(path) ? this.#files.source(path) : null),
    });
  }

  async #value(args: NodeArguments): Promise<unknown> {
    const { entry, browser } = this.#job;
    const { bodies, loader } = this.#open(args.context.artifacts);
    const kind = loader.kind(entry);
    const find: Find = (specifier, how) => loader.find(specifier, how);
    if (kind === 'body') reasoned(() => checkImports(this.#files, entry, find));
    this.#wires.send(frameTypes.compiled, {});
    if (browser !== null) await this.#browsing?.open(browser);
    if (kind === 'module') return moduleValue((await import(urlOf(entry))) as object, args);
    const { onlyDeclares } = this.#files.prepared(entry).analysis;
    return bodyValue(bodies, entry, onlyDeclares, args);
  }

  #pending(): string | null {
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    return this.#calls.dropped(timers);
  }

  #located(failure: Failure): RunError {
    const files = this.#files;
    const stack = withoutRoot(failure.stack);
    return locate({ ...failure, stack }, (file) =>
      files.has(file) ? (files.parsed(file)?.shifts ?? []) : undefined,
    );
  }
}
