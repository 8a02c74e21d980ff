import type ivm from 'isolated-vm';
import {
  checked,
  type Engine,
  type EngineHost,
  type Outcome,
  type ReceivedJob,
  silentHost,
  unknownMode,
} from '../engine.ts';
import type { ModuleShelves } from './module-shelves.ts';
import { complainIn } from './complain.ts';
import { checkInIsolate } from './check.ts';
import { Files } from '../../script/files.ts';
import { withWayOut } from '../../script/way-out.ts';
import { IsolateExecution } from './execution.ts';
import { rehearsal } from './rehearsal.ts';
import { hasRoom, Program } from './program.ts';
import { cutOff, type Warm, warmContext } from './warm.ts';

/**
 * Runs each script in a fresh V8 isolate, which is made before the job arrives; a script that is run again, in
 * a fresh context of the isolate that it has had.
 */
export class IsolateEngine implements Engine {
  readonly #vm: typeof ivm;
  readonly #snapshot: ivm.ExternalCopy<ArrayBuffer>;
  readonly #memoryMb: number;
  readonly #shelves: ModuleShelves;
  #warm: Warm;
  #program: Program | undefined;

  /** `memoryMb` limits an isolate's heap and buffers; the box around it is limited from outside. */
  constructor(
    vm: typeof ivm,
    snapshot: ivm.ExternalCopy<ArrayBuffer>,
    memoryMb: number,
    shelves: ModuleShelves,
  ) {
    this.#vm = vm;
    this.#snapshot = snapshot;
    this.#memoryMb = memoryMb;
    this.#shelves = shelves;
    // Rehearsals first, so that the code on a run's path is compiled before a job arrives.
    const isolate = this.#fresh();
    for (const job of rehearsal) {
      const warm = warmContext(vm, isolate);
      const files = new Files(job, complainIn(warm));
      new IsolateExecution({ warm, shelves, files }, job, silentHost());
    }
    this.#warm = warmContext(vm, isolate);
  }

  run(job: ReceivedJob, host: EngineHost): void {
    setTimeZone(job.timezone ?? 'UTC');
    void this.#outcomeOf(job, host).then((outcome) => host.end(told(outcome, job)));
  }

  async #outcomeOf(job: ReceivedJob, host: EngineHost): Promise<Outcome> {
    if (job.mode === 'check') return checked(await checkInIsolate(this.#warm, this.#shelves, job));
    if (job.mode !== 'run') return unknownMode(job);
    if (job.program === 'first') this.#program = new Program(job, this.#warm.isolate);
    const program = job.program === null ? undefined : this.#program;
    const whole = program?.whole(job) ?? job;
    const warm = this.#warm;
    const files = program?.files ?? new Files(job, complainIn(warm));
    return new IsolateExecution({ warm, shelves: this.#shelves, files }, whole, host).outcome;
  }

  /** Prepares a fresh isolate; for a script that is run again a fresh context, while the isolate has room. */
  renew(): void {
    const { isolate } = this.#warm;
    if (this.#program === undefined || !hasRoom(isolate)) {
      if (!isolate.isDisposed) isolate.dispose();
      this.#warm = warmContext(this.#vm, this.#fresh());
      return;
    }
    cutOff(this.#warm);
    this.#warm = warmContext(this.#vm, isolate);
  }

  #fresh(): ivm.Isolate {
    return new this.#vm.Isolate({ memoryLimit: this.#memoryMb, snapshot: this.#snapshot });
  }
}

function told(outcome: Outcome, { browser }: ReceivedJob): Outcome {
  if (!('result' in outcome) || outcome.result.ok) return outcome;
  const run = { engine: 'isolate', hasBrowser: browser !== null } as const;
  const error = withWayOut(outcome.result.error, run);
  return { ...outcome, result: { ...outcome.result, error } };
}

/**
 * V8 asks for the zone once in each isolate, at the first date that needs it; the isolate of a run has
 * had none before. Node tells V8 about each assignment.
 */
function setTimeZone(name: string): void {
  if (process.env['TZ'] !== name) process.env['TZ'] = name;
}
