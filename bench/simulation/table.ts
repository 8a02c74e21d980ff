import { evenness, type Outcome, quantileOf } from './simulate.ts';

const seconds = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
const count = (value: number): string => value.toLocaleString('en');

export const heading = [
  '| situation | came | busy | whose runs | wait: half | 99 in 100 | the longest | wait still | of those that always wait: evenness of time |',
  '|---|--:|--:|---|--:|--:|--:|--:|--:|',
];

/** A row for each stream. */
export function rows(name: string, outcome: Outcome): string[] {
  const { came, busy, waits, waiting, backlogged } = outcome;
  return [...waits].map(([stream, list], at) => {
    const first = at === 0;
    const cells = [
      first ? name : '',
      first ? count(came) : '',
      first ? `${Math.round(busy * 100)} %` : '',
      stream,
      seconds(quantileOf(list, 0.5)),
      seconds(quantileOf(list, 0.99)),
      seconds(list.at(-1) ?? 0),
      first ? count(waiting) : '',
      first && backlogged.length > 1
        ? `${evenness(backlogged).toFixed(2)} over ${count(backlogged.length)}`
        : '',
    ];
    return `| ${cells.join(' | ')} |`;
  });
}
