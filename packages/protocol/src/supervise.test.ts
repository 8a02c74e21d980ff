import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Child, supervise, type Supervision } from './supervise.ts';

class Scripted implements Child {
  readonly #gone = Promise.withResolvers<string>();
  readonly gone = this.#gone.promise;

  die(why: string): void {
    this.#gone.resolve(why);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.die('disposed of');
  }
}

/** A supervisor that records its callbacks, and the children that it has started. */
function scripted(more: Partial<Supervision<Scripted>> = {}) {
  const log: string[] = [];
  const children: Scripted[] = [];
  const supervision: Supervision<Scripted> = {
    async start() {
      const child = new Scripted();
      children.push(child);
      return child;
    },
    onUp: () => log.push('up'),
    onGone: (_child, why) => log.push(why),
    onFailure: ({ message }) => log.push(message),
    longestPauseMs: 1,
    ...more,
  };
  return { log, children, supervision };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const patience = (): AbortSignal => AbortSignal.timeout(5_000);

test('supervise starts another child when one is gone', async () => {
  const { log, children, supervision } = scripted();
  await using supervisor = supervise(supervision);
  await supervisor.ready;
  assert.equal(supervisor.current, children[0]);
  children[0]?.die('first');
  await children[0]?.gone;
  while (supervisor.current === children[0]) await Promise.resolve();
  assert.equal(supervisor.current, undefined);
  assert.equal(await supervisor.arrival(patience()), children[1]);
  assert.deepEqual(log, ['up', 'first', 'up']);
});

test('supervise tries again when a later start fails, and not when the first one does', async () => {
  const { log, children, supervision } = scripted();
  const start = async (): Promise<Scripted> => {
    const child = await supervision.start();
    if (children.length === 2) throw new Error('refused');
    return child;
  };
  await using supervisor = supervise({ ...supervision, start });
  await supervisor.ready;
  supervisor.current?.die('first');
  while (children.length < 3) await turn();
  assert.ok(await supervisor.arrival(patience()));
  assert.deepEqual(log, ['up', 'first', 'refused', 'up']);

  const failing = scripted({ start: () => Promise.reject(new Error('never')) });
  await using hopeless = supervise(failing.supervision);
  await assert.rejects(hopeless.ready, /never/);
  assert.deepEqual(failing.log, []);
});

test('supervise ends a child whose start was under way when it was disposed of', async () => {
  const { log, children, supervision } = scripted();
  const second = Promise.withResolvers<void>();
  const start = async (): Promise<Scripted> => {
    const child = await supervision.start();
    if (children.length === 2) await second.promise;
    return child;
  };
  const supervisor = supervise({ ...supervision, start });
  await supervisor.ready;
  supervisor.current?.die('first');
  while (children.length < 2) await turn();
  const ending = supervisor[Symbol.asyncDispose]();
  second.resolve();
  await ending;
  assert.equal(supervisor.current, undefined);
  assert.deepEqual(log, ['up', 'first', 'up', 'disposed of']);
});

test('arrival gives up when patience does, and when nothing will come any more', async () => {
  const { supervision } = scripted({ start: () => new Promise(() => undefined) });
  const supervisor = supervise(supervision);
  assert.equal(await supervisor.arrival(AbortSignal.timeout(5)), undefined);
  const waiting = supervisor.arrival(patience());
  void supervisor[Symbol.asyncDispose]();
  assert.equal(await waiting, undefined);
  assert.equal(supervisor.isOver, true);
});
