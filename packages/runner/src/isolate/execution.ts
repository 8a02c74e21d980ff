import { frameTypes, type JobMessage } from '@castellan/protocol';
import type ivm from 'isolated-vm';
import type { EngineHost, FetchAnswer, Outcome } from '../engine.ts';
import type { Failure, GuestJob, Host } from '../guest/host.ts';
import type { LibraryName } from '../guest/platform/library-names.ts';
import { lazyGlobalsIn } from '../guest/platform/mentions.ts';
import { compileBundle } from '../modules/bundle.ts';
import { Files } from '../modules/files.ts';
import { checkImports } from '../modules/imports.ts';
import { Loader } from '../modules/loader.ts';
import { Packages, type Shelves } from '../modules/packages.ts';
import { Refusal } from '../modules/refusal.ts';
import { RunCrypto } from './crypto.ts';
import { claimed, failureOf, locate, refused } from './failure.ts';
import type { GuestReferences, Warm } from './warm.ts';

/**
 * One run in one isolate: a chain of turns, each a call into the guest from the runner's loop.
 * It is also the host that the guest's callbacks reach.
 */
export class Execution implements Host {
  readonly outcome: Promise<Outcome>;
  readonly #finish: (outcome: Outcome) => void;
  readonly #host: EngineHost;
  readonly #shelves: Shelves;
  readonly #packages: Packages;
  readonly #files: Files;
  readonly #loader: Loader;
  readonly #warm: Warm;
  readonly #guest: GuestReferences;
  readonly #imports: { readonly id: number; readonly module: ivm.Module }[] = [];
  readonly #crypto: RunCrypto;
  #end: Outcome | undefined;
  #lastImport = 0;
  #isEvaluating = false;
  #lastTick = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(warm: Warm, shelves: Shelves, job: JobMessage, host: EngineHost) {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.outcome = promise;
    this.#finish = resolve;
    this.#host = host;
    this.#warm = warm;
    this.#guest = warm.guest;
    this.#shelves = shelves;
    this.#packages = new Packages(shelves, job.modules);
    this.#files = new Files(job);
    this.#loader = new Loader(warm, this.#files, this.#packages);
    this.#crypto = new RunCrypto((id, reply, bytes) =>
      this.#turn(() => this.#guest.onCrypto.applySync(undefined, [id, reply, bytes], copied)),
    );
    warm.target.host = this;
    host.onFetch((message, bytes) => this.#turn(() => this.#onFetch(message, bytes)));
    host.onSettle((id, reply) =>
      this.#turn(() => this.#guest.settle.applySync(undefined, [id, reply])),
    );
    this.#turn(() => this.#enter(job));
  }

  #enter(job: JobMessage): void {
    const { entry } = job;
    const isModule = this.#files.kind(entry) === 'module';
    const module = isModule ? this.#loader.link(entry) : undefined;
    if (module === undefined) {
      checkImports(this.#files, entry, (specifier, how) => this.#packages.find(specifier, how));
      this.#loader.define(entry);
    }
    this.#guest.begin.applySync(undefined, [JSON.stringify(this.#guestJob(job))]);
    this.#host.send(frameTypes.compiled, {});
    if (module !== undefined) {
      this.#loader.evaluateThen(module, 'entryEvaluated', '');
      return;
    }
    const { onlyDeclares } = this.#files.prepared(entry).analysis;
    this.#guest.enterBody.applySync(undefined, [entry, onlyDeclares]);
  }

  #guestJob({ params, env, helpers, outputBytes, valueBytes }: JobMessage): GuestJob {
    const alias = this.#files.mayImport ? this.#files.alias : null;
    const mentions = lazyGlobalsIn(this.#files.allText);
    const { globals } = this.#packages;
    return { params, env, helpers, alias, mentions, globals, outputBytes, valueBytes };
  }

  #onFetch(message: FetchAnswer, bytes: Uint8Array<ArrayBuffer>): void {
    const { onHead, onChunk, onEnd, onError, onCredit } = this.#guest;
    const { id } = message;
    if (message.type === 'head') onHead.applySync(undefined, [id, message.head]);
    else if (message.type === 'chunk') onChunk.applySync(undefined, [id, bytes], copied);
    else if (message.type === 'end') onEnd.applySync(undefined, [id]);
    else if (message.type === 'error') onError.applySync(undefined, [id, message.message]);
    else onCredit.applySync(undefined, [id, message.credit]);
  }

  /**
   * One turn. isolated-vm runs the microtasks before a call returns, and throws what was rejected
   * and not handled by then: that ends the run, also when the entry settled in the same turn.
   */
  #turn(work: () => void): void {
    if (this.#end !== undefined) return;
    try {
      work();
    } catch (error) {
      this.#fail(error instanceof Refusal ? refused(error) : failureOf(error));
    }
    if (this.#end === undefined) {
      this.#evaluateImports();
    } else {
      clearTimeout(this.#timer);
      this.#crypto[Symbol.dispose]();
      this.#finish(this.#end);
    }
  }

  /** `import()` of an ES module: evaluated in a turn of its own, so that its error can be told apart. */
  #evaluateImports(): void {
    if (this.#isEvaluating) return;
    this.#isEvaluating = true;
    for (let next = this.#imports.shift(); next !== undefined; next = this.#imports.shift()) {
      const { id, module } = next;
      this.#turn(() => {
        try {
          this.#loader.evaluateThen(module, 'evaluated', String(id));
        } catch (error) {
          this.#guest.failImport.applySync(undefined, [id, JSON.stringify(failureOf(error))]);
        }
      });
    }
    this.#isEvaluating = false;
  }

  #fail(failure: Failure): void {
    if (this.#end?.result.ok === false) return;
    const error = locate(failure, (file) =>
      this.#files.has(file) ? (this.#files.parsed(file)?.shifts ?? []) : undefined,
    );
    this.#end = { result: { ok: false, reason: claimed(failure.reason), error }, json: '' };
  }

  log(level: string, text: string): void {
    this.#host.send(frameTypes.log, { level, text });
  }

  progress(fraction: number, text: string): void {
    this.#host.send(frameTypes.progress, { fraction, text });
  }

  artifact(
    id: number,
    name: string,
    contentType: string | null,
    content: Uint8Array | string,
  ): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    if (!(bytes instanceof Uint8Array)) throw new TypeError('bytes are expected');
    this.#host.send(frameTypes.artifact, { id, name, contentType }, bytes);
  }

  call(id: number, path: string, args: string): void {
    this.#host.send(frameTypes.call, { id, path, args });
  }

  callSync(path: string, args: string): string {
    this.#host.send(frameTypes.call, { id: 0, path, args });
    return this.#host.waitForReply();
  }

  wake(ms: number): void {
    clearTimeout(this.#timer);
    if (ms < 0 || this.#end !== undefined) return;
    const fire = (): void => this.#guest.fireTimer.applySync(undefined, []);
    this.#timer = setTimeout(() => this.#turn(fire), ms);
  }

  /** Whole milliseconds: a finer clock would serve side channels. */
  now(): number {
    this.#lastTick = Math.max(this.#lastTick, Math.floor(performance.now()));
    return this.#lastTick;
  }

  load(specifier: string, from: string, how: 'import' | 'require'): string {
    const later = (module: ivm.Module): number => {
      const id = ++this.#lastImport;
      this.#imports.push({ id, module });
      return id;
    };
    return JSON.stringify(this.#loader.load(specifier, from, how, later));
  }

  library(name: LibraryName): void {
    const factory = compileBundle(this.#warm, this.#shelves, `libraries/${name}.js`);
    this.#guest.provide.applySync(undefined, [factory.derefInto()]);
  }

  bundle(name: string): void {
    const factory = compileBundle(this.#warm, this.#shelves, name);
    this.#guest.provideBundle.applySync(undefined, [factory.derefInto()]);
  }

  /** The wall clock of the run goes on, and the launcher can end it: see `wallMs`. */
  sleep(ms: number): void {
    const limit = Number.isFinite(ms) && ms > 0 ? ms : 0;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, limit);
  }

  fetchOpen(id: number, head: string, hasBody: boolean): void {
    this.#host.send(frameTypes.fetchOpen, { id, head, hasBody });
  }

  fetchSend(id: number, bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('bytes are expected');
    this.#host.send(frameTypes.fetchSend, { id }, bytes);
  }

  fetchFinish(id: number): void {
    this.#host.send(frameTypes.fetchFinish, { id });
  }

  fetchCancel(id: number): void {
    this.#host.send(frameTypes.fetchCancel, { id });
  }

  fetchPull(id: number, credit: number): void {
    this.#host.send(frameTypes.fetchPull, { id, credit });
  }

  random(length: number): Uint8Array<ArrayBuffer> {
    return this.#crypto.random(length);
  }

  crypto(id: number, call: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.#crypto.crypto(id, call, bytes);
  }

  succeed(json: string, pending: string | null): void {
    this.#end ??= { result: { ok: true, pending }, json };
  }

  fail(failure: string): void {
    this.#fail(JSON.parse(failure) as Failure);
  }
}

const copied = { arguments: { copy: true } } as const;
