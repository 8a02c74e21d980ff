import { reasons, type Run } from '@castellan/protocol';
import { timeOf } from '../look/quantities.ts';
import type { LiveRun } from '../run/live-run.ts';

/** How a run stands, in words. */
export function Status({ run, live }: { run: Run | null; live: LiveRun }) {
  const word = run?.status ?? (live.failure === null ? 'sending' : 'refused');
  return (
    <p role="status">
      <strong class={`status ${word}`}>{word.replace('_', ' ')}</strong>{' '}
      {run !== null && wordsOf(run)}
    </p>
  );
}

/** What its status does not say. */
function wordsOf({ status, reason, queue, timings }: Run): string {
  if (status === 'queued') {
    const wait = queue.estimatedWaitMs == null ? '' : `, about ${timeOf(queue.estimatedWaitMs)}`;
    return `${queue.position} before it${wait}`;
  }
  if (status === 'running') return '';
  const why = reason === null ? '' : `${reasons[reason]?.sentence ?? reason} `;
  return `${why}${timeOf(timings.totalMs)}`;
}
