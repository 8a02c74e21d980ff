import { frameTypes, type PortFrame, type WorkerJob } from '@castellan/protocol/frames';
import type { RunError } from '@castellan/protocol';
import { lazyGlobalsIn } from '../../guest/platform/mentions.ts';
import { describe, type Failure } from '../../entry/failures.ts';
import { inspectValue } from '../../guest/platform/format.ts';
import type { LibraryName } from '../../guest/platform/library-names.ts';
import type { Guest, GuestJob, RunFunctions } from '../../guest/host.ts';
import type { LoadHow } from '../../guest/loaded.ts';
import { claimableReason, failureOfRefusal, locate, starved } from '../../script/failure.ts';
import { scriptRoot, urlOf } from '../../script/places.ts';
import { Refusal } from '../../script/refusal.ts';
import { waitsAt } from '../../script/waits-at.ts';
import { withWayOut } from '../../script/way-out.ts';
import { WorkerAlarm } from './alarm.ts';
import type { BuiltIns } from '../built-ins.ts';
import { RunCrypto } from '../run-crypto.ts';
import { Waiting } from '../waiting.ts';
import { browserCryptography } from './cryptography.ts';
import { entry, WorkerFiles } from './files.ts';
import { refuseModule } from './find.ts';
import type { Send } from './frames.ts';
import { libraryOf } from './libraries.ts';
import { loadModule } from './module.ts';
import * as natives from './natives.ts';

const { parse, stringify } = JSON;

/**
 * One run in one worker. The guest is that of an isolate; what the runner does for it around an isolate
 * is done here, in the same realm. A turn is a task of the browser's.
 */
export class WorkerExecution implements RunFunctions {
  readonly takenNames = (): string => 'null';
  readonly native = (): string => '';
  readonly #job: WorkerJob;
  readonly #send: Send;
  readonly #builtIns: BuiltIns;
  readonly #guest: () => Guest;
  readonly #files: WorkerFiles;
  readonly #crypto: RunCrypto;
  readonly #alarm = new WorkerAlarm(() => this.turn(() => this.#guest().fireTimer()));
  /** Set while a module that the browser loads has not begun. */
  #isLoading = false;
  #end: PortFrame | undefined;
  #isTold = false;
  #isGood = false;
  readonly #waiting: Waiting;

  /** `builtIns` are as they were when the script began; `guest` is there by then. */
  constructor(job: WorkerJob, send: Send, builtIns: BuiltIns, guest: () => Guest) {
    this.#job = job;
    this.#send = send;
    this.#builtIns = builtIns;
    this.#guest = guest;
    this.#files = new WorkerFiles(job.source);
    this.#waiting = new Waiting({
      send: (type, message, bytes) => {
        const json = builtIns.within(() => stringify(message));
        send([type, json, bytes === undefined ? null : natives.decodeText(bytes)]);
      },
    });
    this.#crypto = new RunCrypto(browserCryptography, (...answer) =>
      this.turn(() => guest().onCrypto(...answer)),
    );
    natives.addListener('unhandledrejection', (event: Event & { readonly reason: unknown }) => {
      event.preventDefault();
      this.#failWith(event.reason);
    });
    natives.errorsTo(({ error }) => this.#failWith(error));
  }

  /** Compiles the script and calls its entry. */
  start(): void {
    this.turn(() => {
      const { onlyDeclares } = this.#files.prepared(entry).analysis;
      if (this.#files.isLinked(entry)) return void this.#load(onlyDeclares);
      this.#guest().define(entry, natives.evaluate(this.#files.code(null)));
      this.#begin();
      this.#guest().enterBody(entry, onlyDeclares);
    });
  }

  async #load(onlyDeclares: boolean): Promise<void> {
    this.#isLoading = true;
    const isBody = this.#files.kind(entry) === 'body';
    try {
      const namespace = await loadModule(this.#files, {
        hook: (holder) => {
          this.#begin();
          this.#guest().awaitModule(isBody ? entry : '', onlyDeclares);
          this.#guest().hook(holder, 'import', entry);
        },
        begun: () => {
          this.#isLoading = false;
          this.#lookSoon();
        },
      });
      this.turn(() => this.#guest().settleImport(0, namespace));
    } catch (error) {
      this.#failWith(error);
    }
  }

  #begin(): void {
    const { input, helpers, outputBytes, valueBytes } = this.#job;
    const alias = this.#files.mayImport ? this.#files.alias : null;
    const mentions = lazyGlobalsIn(this.#files.allText);
    const asked = { input, helpers, outputBytes, valueBytes, alias, mentions };
    const job: GuestJob = { ...asked, globals: [], browser: null, request: null };
    this.#guest().begin(stringify(job));
    this.#send([frameTypes.compiled, '{}', null]);
  }

  /** Runs one turn, and looks afterwards what the script waits for. */
  turn(work: () => void): void {
    if (this.#end !== undefined) return;
    try {
      work();
    } catch (error) {
      this.#failWith(error);
    }
    this.#lookSoon();
  }

  #lookSoon(): void {
    natives.soon(() => {
      if (this.#end !== undefined || this.#isLoading) return;
      const pending = this.#guest().look();
      if (pending !== null) this.#waiting.for(() => pending);
    });
  }

  #failWith(error: unknown): void {
    this.#builtIns.restore();
    if (this.#isLoading && error instanceof SyntaxError) {
      return this.#fail(failureOfRefusal(this.#files.refusalOf(error)), true);
    }
    if (error instanceof Refusal) return this.#fail(failureOfRefusal(error), true);
    this.#fail(describe(error, inspectValue), false);
  }

  #fail(failure: Failure, isRefusal: boolean): void {
    const reason = claimableReason(failure.reason);
    let error: string;
    try {
      error = stringify(this.#located(failure, isRefusal));
    } catch {
      // A script may have fixed to the prototypes what nothing can be done with.
      error = `{"name":${stringify(failure.name)},"message":${stringify(failure.message)},"stack":"","file":null,"line":null,"column":null}`;
    }
    this.#endWith(
      [frameTypes.result, `{"ok":false,"reason":"${reason}","error":${error}}`, null],
      false,
    );
  }

  #located(failure: Failure, isRefusal: boolean): RunError {
    const error = locate(failure, (at) => this.#files.known(at) ?? (isRefusal ? at : undefined));
    return withWayOut(error, { engine: 'isolate', hasBrowser: false });
  }

  /** The first end counts, and a rejection of the same turn before a value: that is reported later. */
  #endWith(end: PortFrame, isGood: boolean): void {
    this.#waiting[Symbol.dispose]();
    if (this.#end === undefined || (this.#isGood && !isGood && !this.#isTold)) {
      this.#end = end;
      this.#isGood = isGood;
    }
    natives.soon(() => natives.soon(() => this.#tell()));
  }

  #tell(): void {
    if (this.#isTold || this.#end === undefined) return;
    this.#isTold = true;
    this.#send(this.#end);
  }

  wake(ms: number): void {
    this.#alarm.set(ms);
  }

  now(): number {
    return natives.now();
  }

  load(specifier: string, from: string, how: LoadHow): string {
    if (how === 'meta') {
      const dirname = scriptRoot.slice(0, -1);
      const filename = scriptRoot + from;
      return stringify({ kind: 'meta', url: urlOf(from), filename, dirname, main: true });
    }
    try {
      return refuseModule(this.#files, specifier, from);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { reason, message, kind } = error;
      return stringify({ kind: 'refused', reason, message, error: kind, at: null });
    }
  }

  library(name: LibraryName): void {
    this.#guest().provide(libraryOf(name));
  }

  convert(...asked: Parameters<typeof natives.convert>): ReturnType<typeof natives.convert> {
    return natives.convert(...asked);
  }

  random(length: number): Uint8Array<ArrayBuffer> {
    return this.#crypto.random(length);
  }

  crypto(id: number, call: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.#crypto.crypto(id, call, bytes.slice());
  }

  placed(frame: string): string {
    return this.#files.placed(frame);
  }

  settled(json: string): void {
    this.#waiting.begin(json);
  }

  starve(): void {
    this.#fail(starved(waitsAt(this.#files)), true);
  }

  succeed(json: string, pending: string | null): void {
    this.#builtIns.restore();
    this.#endWith([frameTypes.result, stringify({ ok: true, pending }), json], true);
  }

  fail(failure: string): void {
    this.#builtIns.restore();
    this.#fail(parse(failure) as Failure, false);
  }

  leftMs(): number {
    return 0;
  }

  bundle(): void {}
  sleep(): void {}
  moduleFailed(): void {}
  waitsFor(): void {}
  browserReady(): void {}
}
