import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { program, sealedFlags } from './sealed.ts';
import type { Mismatch, Question } from './program.ts';

/** What is wrong with parameters, or with a schema; null: nothing. */
export type Verdict = Mismatch | null;

/** A schema and parameters that could not be compared: both are the tenant's, so it is no fault of ours. */
export class UndecidedError extends Error {
  override readonly name = 'UndecidedError';
}

/** Compares parameters with JSON Schemas, in a process that starts with the first one. */
export interface Validator extends AsyncDisposable {
  /** Throws `UndecidedError` when that takes too long or too much memory. */
  check(tenant: string, question: Question): Promise<Verdict>;
}

/** How long one comparison may take, and how much memory all that is kept of schemas. */
const compareMs = 1_000;
const heapMb = 128;

/**
 * One process serves all, and is ended when a comparison takes too long. Of each tenant one question waits or
 * is looked at, so that one whose patterns never end costs the others at most its turn.
 */
export function startValidator(mostMs = compareMs): Validator {
  let started: Promise<ChildProcess> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const turns = new Map<string, Promise<unknown>>();

  const ask = async (question: Question): Promise<Verdict> => {
    const child = await (started ??= start(() => (started = undefined)));
    hold(child, true);
    const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
    const end = (): void => reject(new UndecidedError('could not be compared'));
    const timer = setTimeout(end, mostMs);
    child.once('message', resolve).once('exit', end);
    try {
      child.send(question, (error) => error && end());
      return await promise;
    } catch (error) {
      await kill(child);
      throw error;
    } finally {
      clearTimeout(timer);
      hold(child, false);
      child.off('message', resolve).off('exit', end);
    }
  };

  const inTurn = (question: Question): Promise<Verdict> => {
    const answer = last.then(() => ask(question));
    last = answer.catch(() => undefined);
    return answer;
  };

  return {
    check: (tenant, question) => {
      const answer = (turns.get(tenant) ?? Promise.resolve()).then(() => inTurn(question));
      const turn = answer
        .catch(() => undefined)
        .finally(() => {
          if (turns.get(tenant) === turn) turns.delete(tenant);
        });
      turns.set(tenant, turn);
      return answer;
    },
    [Symbol.asyncDispose]: async () => {
      await last;
      const child = await started?.catch(() => undefined);
      if (child !== undefined) await kill(child);
    },
  };
}

/** A process that is ready. `onEnd` is called when it has ended, or cannot start. */
async function start(onEnd: () => void): Promise<ChildProcess> {
  const child = fork(program, {
    env: {},
    cwd: '/',
    execArgv: [...sealedFlags(), `--max-old-space-size=${heapMb}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // Its end is told by the exit event; without this listener an error would end the service.
  child.on('error', onEnd);
  child.once('exit', onEnd);
  await new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error('The process of the validator cannot start'));
    child.once('message', resolve).once('exit', fail).once('error', fail);
  });
  hold(child, false);
  return child;
}

/** Whether it keeps the service going. */
function hold(child: ChildProcess, isHeld: boolean): void {
  const how = isHeld ? 'ref' : 'unref';
  child[how]();
  child.channel?.[how]();
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.ref();
  child.kill('SIGKILL');
  await ended;
}
