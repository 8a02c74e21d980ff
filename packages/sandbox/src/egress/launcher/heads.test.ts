import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadBudget } from './heads.ts';

const head = (text: number) => ({ url: 'http://a/', headers: [['x', 'y'.repeat(text)]] as const });
const takes = (budget: HeadBudget, one: Parameters<HeadBudget['take']>[0]): number => {
  let count = 0;
  while (count < 100_000 && budget.take(one)) count += 1;
  return count;
};

test('HeadBudget takes a thousand heads of a usual length, and few of the longest', () => {
  assert.ok(takes(new HeadBudget(), head(3_800)) >= 1_024);
  const longest = takes(new HeadBudget(), head(65_535));
  assert.ok(longest > 32 && longest < 64, `${longest} heads`);
});

test('HeadBudget counts headers without text', () => {
  const headers = Array.from({ length: 256 }, () => ['', ''] as const);
  assert.ok(takes(new HeadBudget(), { url: '', headers }) < 256);
});

test('HeadBudget has room again for what was given back', () => {
  const budget = new HeadBudget();
  const count = takes(budget, head(60_000));
  budget.give(head(60_000));
  assert.equal(takes(budget, head(60_000)), 1);
  assert.ok(count > 1);
});
