// Values of every kind, at random, between a script and the helpers of its host: what arrives, in both directions,
// is what the model says, and what the model refuses is refused, whatever is around it.
import { sync } from '@castellan/sandbox';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { forEachEngine } from './contract.support.ts';
import {
  arrival,
  arrivalOfOne,
  neverSettles,
  type Recipe,
  recipes,
} from './passing-model.support.ts';

const rounds = Number(process.env['CASTELLAN_FUZZ_RUNS'] ?? 200);
const seed = Number(process.env['CASTELLAN_FUZZ_SEED'] ?? 1);
/** Cases of one run. */
const together = 100;

const made = createRequire(import.meta.url)('./fixtures/made.cjs') as {
  make(recipe: Recipe): unknown;
  told(value: unknown): string;
};
const files = {
  'made.js': readFileSync(join(import.meta.dirname, 'fixtures/made.cjs'), 'utf8'),
  'script.js': `
    const { make, told } = require('./made.js');
    const attempt = async (work) => {
      try {
        return { got: told(await work()) };
      } catch (error) {
        return { error: typeof error?.message };
      }
    };
    return Promise.all(params.map(async ({ at, args, back }) => [
      await attempt(() => take(at, ...args.map((each) => make(each)))),
      await attempt(() => takeNow(at, ...args.map((each) => make(each)))),
      await attempt(() => ask(at, () => make(back))),
    ]));`,
};

interface Case {
  readonly args: readonly Recipe[];
  /** What the helper returns. */
  readonly result: Recipe;
  /** What a function of the script returns to a helper. */
  readonly back: Recipe;
}

type Outcome = Partial<Record<'got' | 'error', string>>;

const answers = recipes.filter((recipe) => !neverSettles(recipe));
const lists = fc.array(recipes, { maxLength: 3 });
const caseOf = fc.record({ args: lists, result: answers, back: answers });

forEachEngine(({ contract, sandboxForFile }) => {
  let now: readonly Case[] = [];
  const seen: Record<'take' | 'takeNow' | 'ask', (string | null)[]> = {
    take: [],
    takeNow: [],
    ask: [],
  };
  const note = (which: 'take' | 'takeNow', at: number, args: unknown[]): unknown => {
    seen[which][at] = made.told(args);
    return made.make(now[at]!.result);
  };
  const sandbox = sandboxForFile({
    limits: { memoryBytes: 256 * 2 ** 20, wallMs: 60_000, cpuMs: 30_000 },
    helpers: {
      take: async (at: number, ...args: unknown[]) => note('take', at, args),
      takeNow: sync((at: number, ...args: unknown[]) => note('takeNow', at, args)),
      ask: async (at: number, given: () => Promise<unknown>) => {
        seen.ask[at] = made.told(await given());
      },
    },
  });

  contract(`${rounds} random calls arrive as the model says, or are refused`, async () => {
    const all = fc.sample(caseOf, { numRuns: rounds, seed });
    const count = { arrived: 0, refused: 0 };
    for (let from = 0; from < all.length; from += together) {
      now = all.slice(from, from + together);
      for (const list of Object.values(seen)) list.splice(0, list.length, ...now.map(() => null));
      const params = now.map(({ args, back }, at) => ({ at, args, back }));
      const run = await sandbox().run({ entry: 'script.js', files }, { params });
      assert.equal(run.status, 'succeeded', run.error?.message);
      for (const [at, outcomes] of (run.value as [Outcome, Outcome, Outcome][]).entries()) {
        check(now[at]!, at, outcomes);
      }
    }
    // A model that refuses everything, or a script that never calls, would pass as well.
    assert.ok(count.arrived > rounds / 2 && count.refused > rounds / 2, JSON.stringify(count));

    function check(
      each: Case,
      at: number,
      [taken, takenNow, asked]: [Outcome, Outcome, Outcome],
    ): void {
      const shown = JSON.stringify(each);
      for (const [which, outcome, functions] of [
        ['take', taken, true],
        ['takeNow', takenNow, false],
      ] as const) {
        const arrives = arrival(each.args, { functions });
        assert.equal(seen[which][at], arrives, `the arguments of ${which} in ${shown}`);
        const comesBack = arrives === null ? null : arrivalOfOne(each.result, { functions: false });
        assertOutcome(outcome, comesBack, `the result of ${which} in ${shown}`);
      }
      const returned = arrivalOfOne(each.back, { functions: false });
      assert.equal(seen.ask[at], returned, `what a function returned in ${shown}`);
      assertOutcome(asked, returned === null ? null : 'undefined undefined', `ask in ${shown}`);
    }

    function assertOutcome({ got, error }: Outcome, expected: string | null, what: string): void {
      count[expected === null ? 'refused' : 'arrived']++;
      assert.equal(got ?? null, expected, what);
      assert.equal(error, expected === null ? 'string' : undefined, what);
    }
  });
});
