import { inspect } from 'node:util';
import type { RunError, LogLevel } from '@castellan/protocol';
import { frameTypes } from '@castellan/protocol/frames';
import { sendCommand } from '../../channel/command.ts';
import { sendLog } from '../../channel/log.ts';
import { Calls } from '../../entry/calls.ts';
import {
  argumentsOf,
  defineGlobals,
  type EntryArguments,
  type EntryBrowsing,
  type GuestContext,
} from '../../entry/context.ts';
import { bodyValue, moduleValue, type Settled } from '../../entry/entry.ts';
import { servingOf } from '../../entry/serving.ts';
import { valueJson } from '../../entry/value.ts';
import { nothingPending } from '../../entry/pending.ts';
import { allocationFailed, describe, type Failure } from '../../entry/failures.ts';
import { stringSlice } from '../../entry/natives.ts';
import { takenNames } from '../../script/taken-names.ts';
import { claimableReason, locate, stackAt, starved } from '../../script/failure.ts';
import { waitsAt } from '../../script/waits-at.ts';
import { check } from '../../script/check/check.ts';
import type { Files } from '../../script/files.ts';
import { GivenFiles } from '../../script/given-files.ts';
import { withWayOut } from '../../script/way-out.ts';
import { checked, type EngineHost, failed, type ReceivedJob } from '../engine.ts';
import { NodeBodies } from './bodies.ts';
import type { BuiltIns } from '../built-ins.ts';
import { browserCall } from '../../script/browser-call.ts';
import type { CreateNodeBrowsing, NodeBrowsing } from './browser/index.ts';
import { inTurn, openBrowsing } from './browsing.ts';
import { Ending } from './ending.ts';
import { compile, globalNames, Linking } from './check.ts';
import { complain } from './complain.ts';
import { callFrames, contextFrames, setHeaders } from './frames.ts';
import { KeptFiles } from './kept-files.ts';
import type { LoaderHooks } from './loader.ts';
import type { DataFiles } from './data-files.ts';
import { Downloads } from './downloads.ts';
import { NodeModules } from './modules.ts';
import { urlOf, withoutRoot } from '../../script/places.ts';
import type { Resources } from './resources.ts';
import type { UseStack } from '../stack.ts';
import { feedStdin } from './stdin.ts';
import { syntaxPlace } from './syntax.ts';

/** The parts of a box that its runs use. */
export interface NodeParts {
  /** The folder that holds the runtime's `node_modules`; empty for none. */
  readonly runtime: string;
  /** Puppeteer, in boxes that have a browser. */
  readonly createBrowsing: CreateNodeBrowsing | undefined;
  /** What a run was given beside its scripts. */
  readonly dataFiles: DataFiles;
  readonly resources: Resources;
  /** Keeps Node's event loop going for one thing more, or one less. */
  readonly hold: (by: 1 | -1) => void;
  readonly builtIns: BuiltIns;
  readonly useStack: UseStack;
}

/** One run: the entry rules, in Node's own realm. */
export class NodeExecution {
  readonly #job: ReceivedJob;
  readonly #hooks: LoaderHooks;
  readonly #parts: NodeParts;
  readonly #host: EngineHost;
  readonly #files: Files;
  readonly #calls: Calls;
  readonly #pending = nothingPending();
  readonly #ending: Ending;
  #awaitsBrowser = false;
  #browsing: NodeBrowsing | undefined;
  readonly #downloads: Downloads;
  #globals: object = {};

  /** `host.end` is called for every outcome; the first one counts. */
  constructor(job: ReceivedJob, hooks: LoaderHooks, parts: NodeParts, host: EngineHost) {
    this.#job = job;
    this.#hooks = hooks;
    this.#parts = parts;
    this.#host = host;
    this.#files = new KeptFiles(job, complain, parts.builtIns, parts.useStack);
    const { builtIns, resources } = parts;
    const counts = () => resources.with(this.#pending);
    this.#ending = new Ending(host, counts, builtIns, (settled, mayWarn) => {
      const warn = (text: string): void => (mayWarn ? this.log('warn', text) : undefined);
      return valueJson(settled, {
        valueBytes: job.valueBytes,
        warn,
        nameOpaque: this.#browsing?.nameOpaque,
      });
    });
    this.#calls = new Calls(callFrames(host, parts.hold), this.#pending);
    host.onCallback(
      ({ call, id, json, parcel }, bytes) =>
        void this.#calls.callbacks.call(call, id, json, parcel === true, bytes),
    );
    this.#downloads = new Downloads(parts.dataFiles, (text) => this.log('warn', text));
    host.onDownload((file, bytes) => this.#downloads.take(file, bytes));
    host.onSettle((id, reply, bytes) => this.#calls.settle(id, reply, bytes));
    // In a turn of its own, so that whoever awaits one message listens again before the next.
    host.onCdp((text) => inTurn(() => this.#onCdp(text)));
  }

  /** `goesOn`: a script that may go on after it has settled ends when Node's event loop does. */
  async run(goesOn: boolean): Promise<void> {
    try {
      await this.#ending.settle(await this.#value(this.#prepare()), goesOn);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Goes on until the browser says something, if that may wake the script. */
  awaitBrowser(): void {
    if (this.hasSettled || this.#browsing?.isOpen !== true || this.#awaitsBrowser) return;
    this.#awaitsBrowser = true;
    this.#parts.hold(1);
  }

  #onCdp(text: string): void {
    this.#browsing?.onMessage(text);
    if (this.#awaitsBrowser) this.#parts.hold(-1);
    this.#awaitsBrowser = false;
  }

  get hasSettled(): boolean {
    return this.#ending.hasSettled;
  }

  /** Ends the run: nothing is left that could keep Node's event loop going. */
  drained(): void {
    if (!this.hasSettled) return this.#end(starved(waitsAt(this.#files)));
    try {
      this.#ending.drained();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Checks the script without running it. */
  async check(): Promise<void> {
    try {
      const { context } = this.#prepare();
      const { bodies, loader } = this.#open(context.artifacts);
      const linking = new Linking(loader);
      this.#hooks.use(linking);
      const problems = await check(this.#job, this.#files, {
        // Only a run has a browser to connect to.
        globals: () => [
          ...globalNames(),
          ...(this.#browsing === undefined ? [] : ['browser', 'page']),
        ],
        find: (specifier, how) => loader.find(specifier, how),
        compile: (file) => compile(file, this.#files, bodies, linking),
      });
      this.#host.end(checked(problems));
    } catch (error) {
      this.fail(error);
    }
  }

  log(level: LogLevel, text: string): void {
    const { outputBytes } = this.#job;
    const cut = text.length > outputBytes ? stringSlice(text, 0, outputBytes + 1) : text;
    sendLog(this.#host, level, cut);
  }

  fail(thrown: unknown): void {
    this.#parts.builtIns.restore();
    this.#end(describe(thrown, (value) => inspect(value)));
  }

  #end(failure: Failure): void {
    const found = this.#located(failure);
    const syntax = found.file === null ? syntaxPlace(this.#files, failure) : undefined;
    // Node puts a picture of the line before the stack, and no place into it.
    const error =
      syntax === undefined ? found : { ...found, ...syntax, stack: stackAt(found, syntax) };
    // The launcher, which measures the memory, judges this one.
    const claimed = failure.reason === allocationFailed ? 'out_of_memory' : failure.reason;
    const reason = syntax === undefined ? claimableReason(claimed) : 'syntax_error';
    const hasBrowser = this.#job.browser !== null;
    const told = withWayOut(error, { engine: 'node', hasBrowser });
    this.#host.end(failed(reason, told));
  }

  /** Removes what a rehearsal has left on the global scope. */
  forget(): void {
    for (const name of Object.keys(this.#globals)) Reflect.deleteProperty(globalThis, name);
  }

  #prepare(): EntryArguments {
    const { input, helpers, timezone } = this.#job;
    Object.assign(process.env, input.env, timezone === null ? {} : { TZ: timezone });
    feedStdin(input.stdin);
    const given = new GivenFiles(this.#job, this.#job.contents);
    this.#parts.dataFiles.write(process.cwd(), given.data);
    const args = argumentsOf(contextFrames(this.#host, given), this.#calls, input);
    const { context, params } = args;
    // The script's files exist in memory only: paths beside them mean the working directory.
    const folder = process.cwd();
    const own = { __dirname: folder, __filename: `${folder}/${this.#job.entry}` };
    this.#globals = { ...own, ...context, params, ...helpers };
    defineGlobals({ ...own, ...context, params });
    this.#calls.defineHelpers(globalThis, helpers);
    return args;
  }

  #open(artifacts: GuestContext['artifacts']): {
    readonly bodies: NodeBodies;
    readonly loader: NodeModules;
  } {
    const { runtime } = this.#parts;
    const { modules, noPackages, browser } = this.#job;
    if (browser !== null) {
      this.#browsing = openBrowsing(this.#parts.createBrowsing, this.#files, artifacts, {
        send: (text) => {
          this.#downloads.follow(text);
          sendCommand(this.#host, text);
        },
        warn: (text) => this.log('warn', text),
        leftMs: this.#job.leftMs,
        act: (text) => this.#host.send(frameTypes.action, JSON.parse(text) as object),
        waitsFor: (call, stack) => {
          const message = browserCall(call, withoutRoot(stack), (at) => this.#files.known(at));
          this.#host.send(frameTypes.browserCall, message);
        },
        count: (by) => {
          this.#pending.browser += by;
          this.#parts.hold(by);
        },
      });
    }
    const puppeteer = this.#browsing?.puppeteer;
    if (puppeteer !== undefined) defineGlobals({ puppeteer });
    const bodies: NodeBodies = new NodeBodies(this.#files, () => loader);
    const { preparePlaywright } = this.#browsing ?? {};
    const given = { runtime, modules, noPackages, puppeteer, preparePlaywright };
    const loader = new NodeModules(this.#files, bodies, given);
    this.#hooks.use(loader);
    return { bodies, loader };
  }

  async #value(given: EntryArguments): Promise<Settled> {
    const { entry, browser, request } = this.#job;
    const { bodies, loader } = this.#open(given.context.artifacts);
    const serving = servingOf(request, this.#calls, given.context.env, setHeaders);
    const args = { ...given, browsing: this.#entryBrowsing(), serving };
    const kind = loader.kind(entry);
    this.#host.send(frameTypes.compiled, {});
    if (browser !== null) await this.#browsing?.open(browser);
    const { onlyDeclares } = this.#files.prepared(entry).analysis;
    const isLinked = this.#files.isLinked(entry);
    const namespace = isLinked ? ((await import(urlOf(entry))) as object) : {};
    if (kind === 'module') return await moduleValue(namespace, onlyDeclares, args);
    return await bodyValue(bodies, entry, onlyDeclares, args);
  }

  #entryBrowsing(): EntryBrowsing | undefined {
    const browsing = this.#browsing;
    if (browsing === undefined) return undefined;
    return { shown: () => browsing.shown(), taken: takenNames };
  }

  /** The text of a frame as its author knows it, for every stack that is formatted in this process. */
  shown(frame: string): string {
    return this.#files.placed(withoutRoot(frame));
  }

  #located(failure: Failure): RunError {
    const stack = withoutRoot(failure.stack);
    return locate({ ...failure, stack }, (place) => this.#files.known(place));
  }
}
