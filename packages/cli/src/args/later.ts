import { UsageError } from './usage-error.ts';

/** Words of Castellan that this version does not know yet; whoever tries one is told so. */
const later = {
  command: ['worker', 'backup', 'image', 'mcp'],
  option: [],
  isolation: ['gvisor', 'docker'],
} as const;

/** What to throw when `given` is none of the `known` words of its kind. */
export function unknownWord(
  kind: keyof typeof later | 'engine',
  given: string,
  known: readonly string[],
): UsageError {
  const words: readonly string[] = kind === 'engine' ? [] : later[kind];
  const what = words.includes(given)
    ? `The ${kind} ${JSON.stringify(given)} is not available in this version. Available`
    : `Unknown ${kind} ${JSON.stringify(given)}. Known`;
  return new UsageError(`${what}: ${known.join(', ')}.`);
}
