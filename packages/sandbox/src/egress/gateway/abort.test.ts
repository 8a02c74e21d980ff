import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { orAborted } from './abort.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('orAborted', () => {
  it('settles as the promise does, or rejects with the reason of a signal that comes first', async () => {
    const gone = new AbortController();
    assert.equal(await orAborted(Promise.resolve(1), gone.signal), 1);
    const waiting = orAborted(new Promise(() => undefined), gone.signal);
    gone.abort(new Error('gone'));
    await assert.rejects(waiting, /^Error: gone$/);
  });

  it('leaves no rejection behind that would end the process, whoever was first', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const before = AbortSignal.abort(new Error('gone before'));
    await assert.rejects(orAborted(Promise.reject(new Error('too late')), before), /gone before/);
    const during = new AbortController();
    const late = Promise.withResolvers<never>();
    const waiting = orAborted(late.promise, during.signal);
    during.abort(new Error('gone during'));
    await assert.rejects(waiting, /gone during/);
    late.reject(new Error('too late'));
    await nextTurn();
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  });
});
