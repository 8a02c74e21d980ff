import { reasons } from '@castellan/protocol';
import { timeOf } from '../look/quantities.ts';
import type { FollowedRun, ShownRun } from '../run/followed-run.ts';

/** How a run stands, in words. */
export function Status({ run, live }: { run: ShownRun | null; live: FollowedRun }) {
  const word = run?.status ?? (live.failure === null ? live.before : 'refused');
  return (
    <p role="status">
      <strong class={`status ${word}`}>{word.replace('_', ' ')}</strong>{' '}
      {run !== null && wordsOf(run)}
    </p>
  );
}

/** What its status does not say. */
function wordsOf({ status, reason, queue, timings }: ShownRun): string {
  if (status === 'queued') {
    const wait = queue.estimatedWaitMs == null ? '' : `, about ${timeOf(queue.estimatedWaitMs)}`;
    return `${queue.position} before it${wait}`;
  }
  if (status === 'running') return '';
  const why = reason === null ? '' : `${reasons[reason]?.sentence ?? reason} `;
  return `${why}${timeOf(timings.totalMs)}`;
}
