import { frameTypes, type JobMessage } from '@castellan/protocol/frames';
import type ivm from 'isolated-vm';
import { type EngineHost, failed, type Outcome, type ReceivedJob, succeeded } from '../engine.ts';
import { Alarm } from './alarm.ts';
import type { Failure } from '../../entry/failures.ts';
import type { RunFunctions } from '../../guest/host.ts';
import type { LoadHow } from '../../guest/loaded.ts';
import type { LibraryName } from '../../guest/platform/library-names.ts';
import { compileBundle } from './bundle.ts';
import { detailsIn } from './details.ts';
import { block, CoarseClock } from './clock.ts';
import { convert } from './conversion.ts';
import type { Files } from '../../script/files.ts';
import { GivenFiles } from '../../script/given-files.ts';
import { entryImport, Evaluations, isMark } from './evaluations.ts';
import { Linker } from './linker.ts';
import { Loader } from './loader.ts';
import { Natives } from './native/natives.ts';
import type { ModuleShelves } from './module-shelves.ts';
import { Packages } from './packages.ts';
import { RunCrypto } from '../run-crypto.ts';
import { nodeCryptography } from './cryptography.ts';
import { answerFetch, copied } from './fetch-answers.ts';
import { takenNamesJson } from '../../script/taken-names.ts';
import { claimableReason, locate, type OriginOf, starved } from '../../script/failure.ts';
import { browserCall } from '../../script/browser-call.ts';
import { waitsAt } from '../../script/waits-at.ts';
import { FrameHost } from './frame-host.ts';
import type { Place } from './program.ts';
import { guestJobOf } from './guest-job.ts';
import { judged } from './memory.ts';
import { Waiting } from '../waiting.ts';
import { Sweep } from './sweep.ts';
import { turnFailure } from './turn-failure.ts';
import type { GuestReferences, Warm } from './warm.ts';

/**
 * One run in one isolate: a chain of turns, each a call into the guest from the runner's loop.
 * It also answers the host functions that need more than a frame to the launcher.
 */
export class IsolateExecution implements RunFunctions {
  readonly #ended = Promise.withResolvers<Outcome>();
  readonly outcome = this.#ended.promise;
  readonly takenNames = takenNamesJson;
  readonly sleep = block;
  readonly convert = convert;
  readonly native: RunFunctions['native'] = (...call) => this.#natives.call(...call);
  readonly random: RunFunctions['random'] = (length) => this.#crypto.random(length);
  readonly leftMs: () => number;
  readonly #host: EngineHost;
  readonly #shelves: ModuleShelves;
  readonly #packages: Packages;
  readonly #files: Files;
  readonly #linker: Linker;
  readonly #loader: Loader;
  readonly #warm: Warm;
  readonly #guest: GuestReferences;
  readonly #evaluations: Evaluations;
  readonly #crypto: RunCrypto;
  readonly #natives = new Natives(() => this.#packages.mayUse('crypto'));
  #end: Outcome | undefined;
  #hasFailed = false;
  /** Calls the entry; set until it begins, which may have to wait for the browser. */
  #entry: (() => void) | undefined;
  #mayEnter = false;
  readonly #clock = new CoarseClock();
  readonly #alarm = new Alarm(() => {
    this.#turn(() => this.#guest.fireTimer.applySync(undefined, []));
  });
  /** Whether the timer that has set the alarm, or one after it, holds the run. */
  #isHeld = false;
  #depth = 0;
  readonly #waiting: Waiting;

  constructor({ warm, shelves, files }: Place, job: ReceivedJob, host: EngineHost) {
    this.#host = host;
    this.leftMs = job.leftMs;
    this.#warm = warm;
    this.#guest = warm.guest;
    this.#shelves = shelves;
    this.#packages = new Packages(shelves, job.modules, job.browser !== null);
    this.#files = files;
    this.#linker = new Linker(warm, this.#files, this.#packages);
    this.#loader = new Loader(warm, this.#files, this.#packages, this.#linker, job.entry);
    this.#evaluations = new Evaluations(this.#loader, this.#linker.graph, warm.guest);
    this.#crypto = new RunCrypto(nodeCryptography, (id, reply, bytes) =>
      this.#turn(() => this.#guest.onCrypto.applySync(undefined, [id, reply, bytes], copied)),
    );
    this.#waiting = new Waiting(host);
    warm.target.frames = new FrameHost(host, new GivenFiles(job, job.contents));
    warm.target.run = this;
    host.onFetch((message, bytes) => this.#turn(() => answerFetch(this.#guest, message, bytes)));
    host.onCallback(({ call, id, json, parcel }, bytes) => {
      const given = [call, id, json, parcel === true, bytes] as const;
      this.#turn(() => this.#guest.callBack.applySync(undefined, [...given], copied));
    });
    host.onSettle((...answer) =>
      this.#turn(() => this.#guest.settle.applySync(undefined, answer, copied)),
    );
    const sweep = new Sweep();
    host.onCdp((text) => {
      this.#turn(() => this.#guest.onCdp.applySync(undefined, [text]));
      sweep.count(text.length);
    });
    this.#mayEnter = job.browser === null;
    this.#turn(() => this.#enter(job));
  }

  #enter(job: JobMessage): void {
    const { entry } = job;
    const isBody = this.#files.kind(entry) === 'body';
    const module = this.#files.isLinked(entry) ? this.#linker.link(entry) : undefined;
    if (module === undefined) this.#linker.define(entry);
    this.#guest.begin.applySync(undefined, [
      JSON.stringify(guestJobOf(job, this.#files, this.#packages)),
    ]);
    this.#host.send(frameTypes.compiled, {});
    this.#entry = () => {
      const { onlyDeclares } = this.#files.prepared(entry).analysis;
      if (module === undefined) {
        this.#guest.enterBody.applySync(undefined, [entry, onlyDeclares]);
        return;
      }
      this.#guest.awaitModule.applySync(undefined, [isBody ? entry : '', onlyDeclares]);
      this.#evaluations.start(entryImport, module);
    };
  }

  /**
   * Runs one turn. isolated-vm runs the microtasks before a call returns, and throws a rejection that
   * is unhandled by then: that ends the run, even when the entry settled in the same turn.
   */
  #turn(work: () => void): void {
    if (this.#end !== undefined) return;
    this.#depth++;
    this.#attempt(work);
    if (this.#end === undefined) this.#attempt(() => this.#evaluations.settleFailed());
    if (this.#end === undefined) {
      this.#evaluations.evaluate((turn) => this.#turn(turn));
      this.#beginEntry();
    }
    this.#depth--;
    if (this.#end === undefined && this.#depth === 0) this.#attempt(() => this.#look());
    if (this.#end !== undefined) {
      const parts = [this.#alarm, this.#waiting, this.#crypto, this.#natives];
      for (const part of parts) part[Symbol.dispose]();
      this.#ended.resolve(this.#end);
    }
  }

  /** What a module threw has been kept in the guest, and is no failure of the run. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (isMark(error)) return;
      this.#fail(turnFailure(error, this.#warm, this.#loader.refusals));
    }
  }

  /** Asks the guest whether it waits for anything, unless a timer of its own says so already. */
  #look(): void {
    if (this.#entry !== undefined) return;
    if (!this.#waiting.isOn && this.#alarm.isSet && this.#isHeld) return;
    const pending = this.#guest.look.applySync();
    if (pending !== null) this.#waiting.for(() => pending);
  }

  /** Calls the entry in a turn of its own, once the job is loaded and the browser connected. */
  #beginEntry(): void {
    const entry = this.#entry;
    if (entry === undefined || !this.#mayEnter) return;
    this.#entry = undefined;
    this.#turn(entry);
  }

  /** Its places are the author's already: the guest has asked about each frame. */
  #fail(given: Failure): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const failure = judged(given, this.#warm.isolate);
    const error = locate(failure, (place) => this.#files.known(place));
    this.#end = failed(claimableReason(failure.reason), error);
  }

  wake(ms: number, holds: boolean): void {
    if (this.#end !== undefined) return;
    this.#alarm.set(ms);
    this.#isHeld = holds;
  }

  now(): number {
    return this.#clock.now();
  }

  load(specifier: string, from: string, how: LoadHow, about: string): string {
    const later = (module: ivm.Module): number => this.#evaluations.later(module);
    return JSON.stringify(this.#loader.load(specifier, from, how, about, later));
  }

  moduleFailed(unit: string): void {
    this.#evaluations.fail(`${unit}`);
  }

  library(name: LibraryName): void {
    const factory = compileBundle(this.#warm, this.#shelves, `libraries/${name}.js`);
    const details = name === 'inspect' ? detailsIn(this.#warm, this.#shelves) : undefined;
    this.#guest.provide.applySync(undefined, [factory.derefInto(), details?.derefInto()]);
  }

  bundle(name: string): void {
    const factory = compileBundle(this.#warm, this.#shelves, name);
    this.#guest.provideBundle.applySync(undefined, [factory.derefInto()]);
  }

  crypto(id: number, call: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.#crypto.crypto(id, call, bytes);
  }

  browserReady(): void {
    this.#mayEnter = true;
  }

  placed(frame: string): string {
    return this.#files.placed(`${frame}`);
  }

  settled(json: string): void {
    this.#waiting.begin(json);
  }

  waitsFor(call: string | null, stack: string): void {
    const origin: OriginOf = (place) => this.#files.known(place);
    this.#host.send(frameTypes.browserCall, browserCall(call, `${stack}`, origin));
  }

  starve(): void {
    this.#fail(starved(waitsAt(this.#files)));
  }

  succeed(json: string, pending: string | null): void {
    this.#end ??= succeeded(json, pending);
  }

  fail(failure: string): void {
    this.#fail(JSON.parse(failure) as Failure);
  }
}
