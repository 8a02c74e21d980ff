import { frameTypes, type JobMessage } from '@castellan/protocol';
import type ivm from 'isolated-vm';
import type { Engine, EngineHost, Outcome } from '../engine.ts';
import type { Failure, GuestJob } from '../guest/host.ts';
import { Files } from '../modules/files.ts';
import { Loader } from '../modules/loader.ts';
import { Refusal } from '../modules/refusal.ts';
import { claimed, failureOf, locate } from './failure.ts';
import { connect, type GuestReferences, type Warm, warmUp } from './warm.ts';

/** Runs scripts in a V8 isolate, each in a fresh one that stands ready before the job comes. */
export class IsolateEngine implements Engine {
  readonly #vm: typeof ivm;
  readonly #snapshot: ivm.ExternalCopy<ArrayBuffer>;
  readonly #memoryMb: number;
  #warm: Warm;

  constructor(vm: typeof ivm, snapshot: ivm.ExternalCopy<ArrayBuffer>, memoryMb: number) {
    this.#vm = vm;
    this.#snapshot = snapshot;
    this.#memoryMb = memoryMb;
    this.#warm = warmUp(vm, snapshot, memoryMb);
  }

  async run(job: JobMessage, host: EngineHost): Promise<Outcome> {
    return new Execution(this.#vm, this.#warm, job, host).outcome;
  }

  /** Throws the used isolate away and makes the next one ready. */
  renew(): void {
    this.#warm.isolate.dispose();
    this.#warm = warmUp(this.#vm, this.#snapshot, this.#memoryMb);
  }
}

/** One run in one isolate: a chain of turns, each a call into the guest from the runner's loop. */
class Execution {
  readonly outcome: Promise<Outcome>;
  readonly #finish: (outcome: Outcome) => void;
  readonly #host: EngineHost;
  readonly #files: Files;
  readonly #loader: Loader;
  readonly #guest: GuestReferences;
  readonly #imports: { readonly id: number; readonly module: ivm.Module }[] = [];
  #end: Outcome | undefined;
  #lastImport = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(vm: typeof ivm, warm: Warm, job: JobMessage, host: EngineHost) {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.outcome = promise;
    this.#finish = resolve;
    this.#host = host;
    this.#files = new Files(job);
    this.#guest = connect(warm, this.#callbacks(vm));
    this.#loader = new Loader(warm, this.#guest, this.#files);
    host.onSettle((id, reply) => this.#turn(() => this.#guest.settle.applySync(undefined, [id, reply])));
    this.#turn(() => this.#enter(job));
  }

  #enter(job: JobMessage): void {
    const { entry } = job;
    const isModule = this.#files.kind(entry) === 'module';
    const module = isModule ? this.#loader.link(entry) : undefined;
    if (module === undefined) this.#loader.define(entry);
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
    return { params, env, helpers, alias, outputBytes, valueBytes };
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
      this.#finish(this.#end);
    }
  }

  /** `import()` of an ES module: evaluated in a turn of its own, so that its error can be told apart. */
  #evaluateImports(): void {
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
  }

  #fail(failure: Failure): void {
    if (this.#end?.result.ok === false) return;
    const error = locate(failure, (file) =>
      this.#files.has(file) ? (this.#files.parsed(file)?.shifts ?? []) : undefined,
    );
    this.#end = { result: { ok: false, reason: claimed(failure.reason), error }, json: '' };
  }

  /** In the order in which the guest's `hostOf` takes them. */
  #callbacks(vm: typeof ivm): ivm.Callback[] {
    const host = this.#host;
    let lastTick = performance.now();
    const functions: ((...args: never[]) => unknown)[] = [
      (level: string, text: string) => host.send(frameTypes.log, { level, text }),
      (fraction: number, text: string) => host.send(frameTypes.progress, { fraction, text }),
      (id: number, name: string, contentType: string | null, bytes: Uint8Array) =>
        host.send(frameTypes.artifact, { id, name, contentType }, bytes),
      (id: number, path: string, args: string) => host.send(frameTypes.call, { id, path, args }),
      (path: string, args: string) => {
        host.send(frameTypes.call, { id: 0, path, args });
        return host.waitForReply();
      },
      (ms: number) => {
        clearTimeout(this.#timer);
        if (ms < 0) return;
        this.#timer = setTimeout(() => this.#turn(() => this.#guest.fireTimer.applySync(undefined, [])), ms);
      },
      () => {
        lastTick = Math.max(lastTick, Math.floor(performance.now()));
        return lastTick;
      },
      (specifier: string, from: string, how: string) =>
        JSON.stringify(this.#loader.load(specifier, from, how, (module) => this.#later(module))),
      (json: string, pending: string | null) => {
        this.#end ??= { result: { ok: true, pending }, json };
      },
      (failure: string) => this.#fail(JSON.parse(failure) as Failure),
    ];
    return functions.map((run) => new vm.Callback(run as (...args: unknown[]) => unknown));
  }

  #later(module: ivm.Module): number {
    const id = ++this.#lastImport;
    this.#imports.push({ id, module });
    return id;
  }
}

function refused({ reason, message, place }: Refusal): Failure {
  const name = reason === 'syntax_error' ? 'SyntaxError' : 'Error';
  const at = place === null ? '' : `\n    at ${place.file}:${place.line}:${place.column}`;
  return { reason, name, message, stack: `${name}: ${message}${at}` };
}
