import { globSync } from 'node:fs';

const places = {
  tests: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts', 'test/**/*.test.ts'],
  faults: ['test/faults/**/*.test.ts'],
} as const;

/**
 * Returns the test files below `root`, relative and sorted: those of `kind` whose path contains one
 * of `patterns`, or all of them without a pattern. Fault tests are found by their own kind only.
 */
export function findTests(
  root: string,
  kind: keyof typeof places,
  patterns: readonly string[],
): string[] {
  return [...new Set(globSync(places[kind], { cwd: root }))]
    .filter((file) => kind === 'faults' || !file.startsWith('test/faults/'))
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file))
    .filter((file) => patterns.length === 0 || patterns.some((part) => file.includes(part)))
    .toSorted();
}
