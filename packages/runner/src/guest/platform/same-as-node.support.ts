import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Guest } from './guest.support.ts';

/** Runs each program in the guest and in Node, whose implementation is the reference. */
export async function sameAsNode(t: TestContext, programs: readonly string[]): Promise<void> {
  using guest = new Guest();
  for (const program of programs) {
    await t.test(program, async () => {
      const run = new Function(`return (async () => {${program}\n})()`) as () => Promise<unknown>;
      const expected = JSON.stringify(await run());
      assert.deepEqual(await guest.runAsync(program), JSON.parse(expected));
    });
  }
}
