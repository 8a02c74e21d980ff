import {
  defaultOf,
  largestLimit,
  type LimitName,
  type LimitRow,
  limitTable,
} from '../../packages/protocol/src/limits.ts';
import { type RecordBound, recordBounds } from '../../packages/protocol/src/record.ts';
import { reasons } from '../../packages/protocol/src/reasons.ts';
import { engines, namesOf } from '../../packages/protocol/src/words.ts';
import { code, markdownPage, markdownTable } from './markdown.ts';
import { exact, readable, unitNames } from './quantities.ts';

const head = `A run that crosses a limit is ended from outside the box and keeps its logs and artifacts, unless the
second table says otherwise. Limits are set for a whole sandbox or policy, and for a single run; what nobody sets has
its default, and a run that has a [browser](../guide/browser.md#for-each-run) has some of its own. A value out of range is refused, never rounded.

- Library: \`createSandbox({ limits: { wallMs: 5_000 } })\`, or \`limits\` among the options of \`run\`. There are no
  ceilings; see [the guide](../guide/library.md#limits).
- Command line: the options in the last column of the first table. There are no ceilings.
- Service: \`policies.<name>.limits.<limit>\` is what a run has that asks for nothing, and
  \`policies.<name>.ceilings.<limit>\` the most that a request may ask for: ten times as much, or no more for
  \`paramsBytes\`, \`sourceBytes\` and \`valueBytes\`, unless it is set. A request
  above a ceiling is refused with \`limit_above_ceiling\`; it is not lowered. See [Configuration](config.md#policies).`;

/** Returns the reference page of all limits of a run. */
export function limitsReference(): string {
  const rows = Object.entries<LimitRow>(limitTable);
  return markdownPage('Limits', 'the table of limits', [
    head,
    '## What they bound',
    markdownTable(
      ['limit', 'what it bounds', 'default', 'with a browser', '`castellan run`'],
      rows.map(([name, { sentence, unit, flag, withBrowser, ...row }]) => [
        code(name),
        sentence,
        readable(row.default, unit),
        withBrowser === undefined ? 'the same' : readable(withBrowser, unit),
        code(`--${flag}`),
      ]),
    ),
    '## What happens beyond them',
    markdownTable(
      ['limit', 'beyond it', 'engines'],
      rows.map(([name, { beyond, engine }]) => [
        code(name),
        beyond ?? `The run ends: ${reasonsOf(name as LimitName)}.`,
        engine ?? namesOf(engines).join(', '),
      ]),
    ),
    'What each reason means, and the status that it gives, is on the page of [reasons](reasons.md).',
    '## Recordings',
    `What \`record\` keeps of a run ([guide](../guide/browser.md#recordings)) has bounds of its own, which are fixed. It
counts for no limit of the run; what is beyond a bound is left out, and the files say so.`,
    boundsTable(recordBounds),
    '## Exact values',
    markdownTable(
      ['limit', 'unit', 'default', 'with a browser', 'smallest', 'largest'],
      rows.map(([name, row]) => [
        code(name),
        unitNames[row.unit],
        exact(row.default),
        exact(defaultOf(row, true)),
        exact(row.min),
        largest(row),
      ]),
    ),
  ]);
}

function largest({ unit }: LimitRow): string {
  const most = largestLimit[unit];
  return unit === 'count' ? exact(most) : `${exact(most)} (${readable(most, unit)})`;
}

/** What bounds a part of a run that never ends it. */
export function boundsTable(bounds: Readonly<Record<string, RecordBound>>): string {
  const rows = Object.entries(bounds);
  return markdownTable(
    ['bound', 'what it bounds', 'most'],
    rows.map(([name, { most, unit, sentence }]) => [
      code(name),
      sentence,
      unit === 'bytes'
        ? readable(most, unit)
        : `${exact(most)}${unit === 'count' ? '' : ` ${unit}`}`,
    ]),
  );
}

function reasonsOf(limit: LimitName): string {
  return namesOf(reasons)
    .filter((reason) => (reasons[reason].limits as readonly LimitName[]).includes(limit))
    .map((reason) => `[${code(reason)}](reasons.md#${reason})`)
    .join(' or ');
}
