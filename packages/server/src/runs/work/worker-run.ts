import { type AttemptEvent, type Launch, LaunchError, type QueuedRun } from '../contract/launch.ts';
import { type HandedRun, type Heard, type Said, WorkError } from '../contract/work.ts';
import { execute, type ExecuteParts } from '../execute/active-run.ts';
import type { RunRow } from '../record/rows.ts';
import type { Leased } from '../store/store.ts';
import { asHeard } from './as-heard.ts';
import { Conversation } from './conversation.ts';
import { type Uploads, uploads } from './uploads.ts';

export type WorkParts = Omit<ExecuteParts, 'launch' | 'outlives'>;

/**
 * An attempt in a worker's hands, as this process hears of it: a launcher whose events come when somebody
 * brings them. Whatever it knows is in the store too, so another process may take its place at any time.
 */
export interface WorkerRun {
  /** Undefined until it can be handed out. */
  readonly handed: HandedRun | undefined;
  /** Whether nothing was heard of it, here or elsewhere: then its worker may be handed it again. */
  isUntouched(row: Pick<RunRow, 'is_started' | 'next_seq'>): boolean;
  /** Whether the worker has to be told to kill it; true once. */
  tellCancelled(): boolean;
  /** The number of the next event. */
  readonly nextSeq: number;
  readonly uploads: Uploads;
  /** The worker lives, and has it. */
  beat(): void;
  /** The worker does not have it any more, or never began. */
  lose(why: string): void;
  /** Resolves when all of it is stored. Throws `WorkError`. */
  tell(said: Said): Promise<Heard>;
  cancel(): void;
  /** Forgets it: it goes on, and another process hears of it. */
  letGo(): void;
  /** Resolves when it has ended, was put back, or is another process's to hear of. */
  readonly done: Promise<unknown>;
}

/** How long a worker may have a run before its script begins. */
const beginMs = 120_000;

/** `onChange` is called when the worker has to be told something of it. */
export function workerRun(parts: WorkParts, leased: Leased, onChange: () => void): WorkerRun {
  const { time } = parts.store;
  const { lease, is_started: hasStarted } = leased.row;
  const conversation = new Conversation(leased.row.next_seq);
  let handed: HandedRun | undefined;
  let isKilled = false;
  let isToldToKill = false;
  const lose = (why: string): void => conversation.fail(new LaunchError('lost', why));
  const late = setTimeout(() => lose(`The worker did not begin within ${beginMs} ms`), beginMs);
  late.unref();
  if (hasStarted === 1) clearTimeout(late);

  const launch: Launch = (run: QueuedRun, signal) => {
    handed = { run, lease };
    const kill = (): void => {
      isKilled = true;
      onChange();
    };
    if (signal.aborted) kill();
    else signal.addEventListener('abort', kill, { once: true });
    return conversation.read();
  };
  const held = uploads(parts.artifacts, leased);
  const active = execute({ ...parts, launch, outlives: true }, leased, () => undefined);
  const done = active.done.finally(() => clearTimeout(late));

  /** What is new of it. Throws for what does not follow. */
  const newOf = (events: readonly AttemptEvent[]): AttemptEvent[] => {
    const fresh = events.filter(({ seq }) => seq >= conversation.nextSeq);
    for (const [at, event] of fresh.entries()) {
      const isNext = event.seq === conversation.nextSeq + at;
      if (!isNext || (event.type === 'run.finished' && event.run.id !== leased.row.id)) {
        const detail = `Event ${event.seq} came; the next one is ${conversation.nextSeq}.`;
        throw new WorkError('out_of_order', detail);
      }
      if (event.type === 'artifact') held.check(event.artifact);
    }
    return fresh;
  };

  return {
    get handed() {
      return handed;
    },
    isUntouched: (row) =>
      row.is_started === 0 &&
      row.next_seq === leased.row.next_seq &&
      conversation.nextSeq === leased.row.next_seq,
    tellCancelled: () => {
      if (!isKilled || isToldToKill) return false;
      isToldToKill = true;
      return true;
    },
    get nextSeq() {
      return conversation.nextSeq;
    },
    uploads: held,
    beat: () => conversation.push({ type: 'heartbeat' }),
    lose,
    letGo: () =>
      conversation.fail(new LaunchError('elsewhere', 'Another service hears of the run')),
    cancel: () => active.cancel(),
    tell: async ({ events, failure, atMs, bytes }) => {
      const { run } = handed ?? {};
      if (run === undefined) return { nextSeq: conversation.nextSeq, isOver: false };
      const fresh = newOf(events);
      if (fresh.length > 0) held.count(bytes);
      for (const event of fresh) {
        if (event.type === 'run.started') clearTimeout(late);
        conversation.push(asHeard(event, run, atMs, time));
      }
      const isLast = failure !== null || fresh.at(-1)?.type === 'run.finished';
      if (failure !== null) {
        // Whatever it calls it: whoever has no room says so before it takes a run.
        const kind = failure.kind === 'busy' ? 'lost' : failure.kind;
        conversation.fail(new LaunchError(kind, failure.message));
      }
      const stored = Promise.withResolvers<void>();
      if (!isLast) conversation.push({ type: 'heartbeat', onStored: stored.resolve });
      const isOver = await Promise.race([
        done.then(() => true),
        isLast ? done.then(() => true) : stored.promise.then(() => false),
      ]);
      return { nextSeq: conversation.nextSeq, isOver };
    },
    done,
  };
}
