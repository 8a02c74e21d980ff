import { randomUUID } from 'node:crypto';
import { newId } from '@castellan/protocol';
import type { EndedRun } from '../../contract/launch.ts';
import { endedByUs } from '../../record/endings.ts';
import { firstFacts, type RunRow } from '../../record/rows.ts';
import type { ServiceTime } from '../../time/clock.ts';
import { waitedFor } from '../needs.ts';
import { estimate, firstGuessMs, newest, nextMean } from '../mean.ts';
import {
  type Cancelled,
  type Ending,
  expiryBatch,
  type Fence,
  type FreedSlot,
  StaleWriteError,
  anything,
  type Store,
  type Taker,
  type Taking,
} from '../store.ts';
import { acceptedRun, refusal } from '../submissions.ts';
import type { Answer, Groups, Request } from './groups.ts';
import type { Nodes } from '../nodes.ts';
import type { Reader } from './reader.ts';
import {
  appendOf,
  closing,
  fenceOf,
  leasedOf,
  recordOf,
  rowOf,
  type Said,
  submitOf,
} from './requests.ts';

export interface TransitionParts {
  readonly groups: Groups;
  readonly read: Reader;
  readonly time: ServiceTime;
  /** This service, in whose hands the runs are that it takes. */
  readonly node: Nodes['own'];
  readonly queueLimit: number;
  /** Runs executed at a time, by all services together. */
  readonly capacity: () => number;
}

type Transitions = Pick<
  Store,
  | 'submit'
  | 'record'
  | 'take'
  | 'renew'
  | 'append'
  | 'requeue'
  | 'end'
  | 'cancel'
  | 'expire'
  | 'staleWrites'
> & { estimateMs(position: number): number | null };

/** The transitions of a run, as requests to the functions of run-functions.ts. */
export function transitions(parts: TransitionParts): Transitions {
  const { groups, read, time, node, queueLimit, capacity } = parts;
  let staleWrites = 0;
  let meanMs: number | undefined;
  /** The last take whose answer was lost: the next one asks what became of it. */
  let lostTake: string | null = null;

  const estimateMs = (position: number): number | null => estimate(meanMs, position, capacity());
  const guessMs = (): number => meanMs ?? firstGuessMs;

  const fenced = async (fence: Fence, asked: Promise<Answer[]>): Promise<Answer> => {
    const [answer] = await asked;
    if (answer !== undefined && !(answer.answer as { stale?: boolean }).stale) return answer;
    staleWrites++;
    throw new StaleWriteError(fence);
  };
  const freedOf = (freed: FreedSlot) => {
    if (freed.tookMs !== null) meanMs = nextMean(meanMs, freed.tookMs);
    return { ...freed, weight: newest };
  };
  const endOf = (fence: Fence, ending: Ending): Request => ({
    do: 'end',
    ...closing(fence, ending),
    freed: freedOf(ending.freed),
  });

  /** Ends a run that waits, if it still stands as `row` says. */
  const endWaiting = async (
    row: RunRow,
    why: { readonly reason: 'cancelled' | 'queue_ttl'; readonly message: string },
  ): Promise<{ readonly found: string; readonly run: EndedRun }> => {
    const counted = { attempt: row.attempt, startedAt: row.started_at };
    const run = endedByUs(row, why, counted, time);
    const ending = { run, endedMs: time.nowMs(), nextSeq: row.next_seq + 1 };
    const mark = why.reason === 'cancelled';
    const [answer] = await groups.write(() => ({
      do: 'end_waiting',
      ...closing(row, ending),
      mark,
    }));
    return { ...(answer?.answer as { found: string }), run };
  };
  const isDue = (): boolean => {
    const { nextExpiryMs } = groups.standing;
    return nextExpiryMs !== null && nextExpiryMs <= time.nowMs();
  };
  const expire = async (): Promise<EndedRun[]> => {
    if (!isDue()) return [];
    const rows = await read.expired(time.nowMs(), expiryBatch);
    const ended = await Promise.all(
      rows.map((row) => endWaiting(row, { reason: 'queue_ttl', message: waitedFor(row.needs) })),
    );
    return ended.filter(({ found }) => found === 'waiting').map(({ run }) => run);
  };

  const take = async (
    most: () => number,
    { worker, has }: Taker,
    expired: readonly EndedRun[],
  ): Promise<Taking> => {
    const nonce = randomUUID();
    // What a worker has, and was not told of, is found by `held`.
    const lost = worker === null ? lostTake : null;
    const ask = (): Request => ({
      do: 'take',
      most: most(),
      nonce,
      lost,
      has,
      nowMs: time.nowMs(),
      ...(worker === null ? { node: node.id, life: node.life } : { node: worker, life: 'worker' }),
    });
    try {
      const answers = await groups.write(ask, { isLast: true });
      if (worker === null) lostTake = null;
      return { expired, leased: answers.map(leasedOf) };
    } catch (error) {
      if (worker === null) lostTake = nonce;
      throw error;
    }
  };

  const cancel = async (tenant: string | null, id: string): Promise<Cancelled> => {
    for (;;) {
      const row = await read.row(tenant, id);
      if (row === undefined) return undefined;
      if (row.finished_at !== null) return 'ended';
      const why = { reason: 'cancelled', message: 'The run was cancelled' } as const;
      const { found, run } = await endWaiting(row, why);
      if (found === 'waiting') return run;
      if (found === 'running' || found === 'ended') return found;
    }
  };

  return {
    estimateMs,
    cancel,
    expire,
    get staleWrites() {
      return staleWrites;
    },
    submit: async (submission) => {
      const id = newId('run');
      const createdAt = time.stamp();
      const facts = firstFacts(submission.limits, submission);
      const known = { id, createdAt, facts: JSON.stringify(facts), queueLimit };
      const [answer] = await groups.write(() =>
        submitOf(submission, { ...known, nowMs: time.nowMs(), guessMs: guessMs() }),
      );
      const { refused, replay, position = 0 } = (answer?.answer ?? {}) as Said;
      if (refused !== undefined) throw refusal(refused, submission, queueLimit, estimateMs(0));
      if (replay === undefined) {
        const queue = { position, estimatedWaitMs: estimateMs(position) };
        return acceptedRun(submission, { id, facts, createdAt, queue });
      }
      const run = await read.run(null, replay);
      if (run === undefined) throw new Error(`${replay} is gone`);
      return { run, isReplay: true };
    },
    record: async (ended) => {
      const request = recordOf(ended);
      await groups.write(() => request);
    },
    // Without a wait where nothing expires: it goes into the group that is being put together.
    take: (most, taker = anything) =>
      isDue() ? expire().then((expired) => take(most, taker, expired)) : take(most, taker, []),
    renew: async (fence) => {
      const asked = groups.write(() => ({ do: 'renew', ...fenceOf(fence) }));
      return rowOf((await fenced(fence, asked)).answer);
    },
    append: async (fence, batch) => {
      const asked = groups.write(() => appendOf(fence, batch(), endOf));
      return ((await fenced(fence, asked)).answer as { replaced: string[] }).replaced;
    },
    requeue: async (fence, { attempt, deaths, lane, freed }) => {
      const slot = freedOf(freed);
      const asked = groups.write(() => ({
        do: 'requeue',
        ...fenceOf(fence),
        attempt,
        deaths,
        lane,
        freed: slot,
        guessMs: guessMs(),
      }));
      await fenced(fence, asked);
    },
    end: async (fence, ending) => {
      const request = endOf(fence, ending);
      await fenced(
        fence,
        groups.write(() => request),
      );
    },
  };
}
