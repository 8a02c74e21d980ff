import type { AttemptEvent, QueuedRun } from '../contract/launch.ts';
import type { ServiceTime } from '../time/clock.ts';

/**
 * An event of a worker, as if this machine had seen it: as old by its clock as it is by the worker's, since two
 * machines may differ by hours. What the service knows better than the worker is not taken from it.
 */
export function asHeard(
  event: AttemptEvent,
  run: QueuedRun,
  saidMs: number,
  time: Pick<ServiceTime, 'stamp'>,
): AttemptEvent {
  const nowMs = Date.parse(time.stamp());
  const ageMs = saidMs - Date.parse(event.time);
  const atMs = Number.isFinite(ageMs) ? nowMs - Math.max(0, ageMs) : nowMs;
  const stamped = { ...event, time: laterOf(new Date(atMs).toISOString(), run.createdAt) };
  switch (stamped.type) {
    case 'artifact': {
      const { id, name, contentType, sizeBytes, sha256 } = stamped.artifact;
      const url = `/v1/runs/${run.id}/artifacts/${encodeURIComponent(name)}`;
      return { ...stamped, artifact: { id, name, contentType, sizeBytes, sha256, url } };
    }
    case 'run.finished':
      return { ...stamped, run: { ...stamped.run, limits: run.limits } };
    default:
      return stamped;
  }
}

function laterOf(one: string, other: string): string {
  return one < other ? other : one;
}
