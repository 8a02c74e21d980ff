import type { Run, RunStatus } from '@castellan/protocol';
import { readableDuration } from '../args/units.ts';
import { escapeLine } from '../output/escape.ts';
import type { Paint } from '../output/terminal.ts';

const styles: Readonly<Record<RunStatus, Parameters<Paint>[0]>> = {
  queued: 'dim',
  running: 'bold',
  succeeded: 'green',
  failed: 'red',
  timed_out: 'red',
  cancelled: 'yellow',
  expired: 'yellow',
  error: 'red',
};

const heads = ['RUN', 'STATUS', 'REASON', 'CREATED', 'TOOK', 'POLICY', 'TENANT', 'LABELS'];
const statusAt = heads.indexOf('STATUS');

/** Formats runs as a table with a head; nothing for no runs. Whatever a service sends is escaped. */
export function listText(runs: readonly Run[], now: number, paint: Paint): string {
  if (runs.length === 0) return '';
  const rows = [heads, ...runs.map((run) => cellsOf(run, now))];
  const widths = heads.map((_, at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0)));
  const lines = rows.map((cells, index) => {
    const padded = cells.map((cell, at) => cell.padEnd(widths[at] ?? 0));
    if (index === 0) return paint('dim', padded.join('  ').trimEnd());
    const style = styles[runs[index - 1]?.status ?? 'queued'] ?? 'bold';
    return padded
      .map((cell, at) => (at === statusAt ? paint(style, cell) : cell))
      .join('  ')
      .trimEnd();
  });
  return `${lines.join('\n')}\n`;
}

function cellsOf(run: Run, now: number): string[] {
  const { id, status, reason, createdAt, startedAt, finishedAt, policy, tenant, labels } = run;
  const took =
    startedAt === null ? '' : readableDuration(timeOf(finishedAt, now) - Date.parse(startedAt));
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const cells = [id, status, reason ?? '', ageOf(now - Date.parse(createdAt)), took];
  return [...cells, policy, tenant, pairs.join(' ')].map(escapeLine);
}

function timeOf(time: string | null, now: number): number {
  return time === null ? now : Date.parse(time);
}

/** How long ago, in the largest unit that fits. */
function ageOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const units = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const;
  const [size, name] = units.find(([each]) => seconds >= each) ?? [1, 'second'];
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count === 1 ? '' : 's'} ago`;
}
