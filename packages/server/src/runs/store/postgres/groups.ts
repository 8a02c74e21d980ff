import { setImmediate as soon } from 'node:timers/promises';
import { isStorageFault, type StorageFault } from '../../../storage/fault.ts';
import { faultOf, isBroken } from '../../../storage/postgres-faults.ts';
import type { Session } from './session.ts';

/** A transition as `apply` reads it. */
export interface Request {
  readonly do: string;
  readonly [field: string]: unknown;
}

/** A row that answers it; `body` is the request of a run that was taken. */
export interface Answer {
  readonly at: number;
  readonly answer: unknown;
  readonly body: string | null;
}

/** What each group says about the queue as it has left it. */
export interface Standing {
  readonly queued: number;
  /** When the next run in the queue expires, in service time; null if none does. */
  readonly nextExpiryMs: number | null;
}

/**
 * Group commit: while one transaction is under way, all that is asked for waits for the next one.
 * A group is one call of the function `apply`, so it takes one round trip however large it is.
 */
export interface Groups extends AsyncDisposable {
  /** Resolves with the answers once they are durable. `ask` is called when the transaction begins. */
  write(ask: () => Request, how?: { readonly isLast?: boolean }): Promise<Answer[]>;
  readonly counts: { readonly done: number; readonly failed: number };
  readonly fault: StorageFault | undefined;
  readonly standing: Standing;
}

interface Write {
  readonly ask: () => Request;
  readonly isLast: boolean;
  readonly resolve: (answers: Answer[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Asked {
  readonly write: Write;
  readonly request: Request;
  readonly text: string;
}

/** A group is full after so many requests, or characters; the others go into the next. */
const mostWrites = 300;
const mostChars = 4 * 2 ** 20;

const apply = 'SELECT at, answer, body FROM apply($1::jsonb)';

/** `onStored` is called with the requests of each group that was committed, and how it left the queue. */
export function groupWrites(
  session: Session,
  where: string,
  onStored: (requests: readonly Request[], standing: Standing) => void,
): Groups {
  const counts = { done: 0, failed: 0 };
  let waiting: Write[] = [];
  let pumping: Promise<void> | undefined;
  let fault: StorageFault | undefined;
  let standing: Standing = { queued: 0, nextExpiryMs: null };
  let isClosed = false;

  /** Asks what waits, and what it adds; those that go last are asked when all others have been. */
  const nextGroup = (): Asked[] => {
    const group: Asked[] = [];
    const last: Write[] = [];
    let chars = 0;
    const ask = (write: Write): void => {
      try {
        const request = write.ask();
        const text = JSON.stringify(request);
        chars += text.length;
        group.push({ write, request, text });
      } catch (error) {
        write.reject(error);
      }
    };
    const isFull = (): boolean => group.length >= mostWrites || chars >= mostChars;
    while (!isFull()) {
      const write = waiting.shift();
      if (write === undefined) break;
      if (write.isLast) last.push(write);
      else ask(write);
    }
    for (const write of last) ask(write);
    return group;
  };

  const send = async (group: readonly Asked[]): Promise<void> => {
    if (group.length === 0) return;
    try {
      const client = await session.client();
      const { rows } = await client.query<Answer>({
        name: 'apply',
        text: apply,
        values: [`[${group.map(({ text }) => text).join(',')}]`],
      });
      counts.done++;
      fault = undefined;
      standing = (rows.pop()?.answer ?? standing) as Standing;
      onStored(
        group.map(({ request }) => request),
        standing,
      );
      const answers = Map.groupBy(rows, ({ at }) => at);
      for (const [at, { write }] of group.entries()) write.resolve(answers.get(at) ?? []);
    } catch (error) {
      const known = faultOf(error, where);
      // One that the server cannot take does not keep its neighbours from being stored.
      if (!isStorageFault(known) && group.length > 1) {
        for (const each of group) await send([each]);
        return;
      }
      counts.failed++;
      if (isStorageFault(known)) fault = known;
      if (isBroken(error)) session.drop();
      for (const { write } of group) write.reject(known);
    }
  };

  const pump = async (): Promise<void> => {
    // The rest of this turn of the event loop comes along.
    await soon();
    while (waiting.length > 0) {
      try {
        await session.client();
      } catch (error) {
        counts.failed++;
        const known = faultOf(error, where);
        if (isStorageFault(known)) fault = known;
        const failed = waiting;
        waiting = [];
        for (const { reject } of failed) reject(known);
        break;
      }
      await send(nextGroup());
    }
    pumping = undefined;
    if (waiting.length > 0) pumping = pump();
  };

  return {
    write: (ask, { isLast = false } = {}) => {
      if (isClosed) return Promise.reject(new Error('The store is closed.'));
      return new Promise((resolve, reject) => {
        waiting.push({ ask, isLast, resolve, reject });
        pumping ??= pump();
      });
    },
    counts,
    get fault() {
      return fault;
    },
    get standing() {
      return standing;
    },
    [Symbol.asyncDispose]: async () => {
      isClosed = true;
      await pumping;
    },
  };
}
