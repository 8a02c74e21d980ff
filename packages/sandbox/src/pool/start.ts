import { CastellanError, type DriverName, type Layer } from '@castellan/protocol';
import { notReady } from '../walls/start-time.ts';
import type { Exit } from './exit.ts';

/** Resolves as `ready` does. Rejects with `box_failed` when the box ends before, or takes longer than `startMs`. */
export async function withTimeout(
  ready: Promise<void>,
  exit: Exit,
  startMs: number,
): Promise<void> {
  const { promise: never, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(failed(notReady(startMs))), startMs);
  const forget = exit.listen(({ code, signal, stderr }) => {
    const said = stderr === '' ? '' : `: ${stderr.slice(0, 500)}`;
    reject(failed(`it ended with ${signal ?? `code ${code}`}${said}`));
  });
  try {
    await Promise.race([ready, never]);
  } finally {
    clearTimeout(timer);
    forget();
  }
}

/** What gives a layer that a driver does not build by itself. */
const cures: Partial<Record<DriverName, Partial<Record<Layer, string>>>> = {
  docker: {
    userns:
      'Have the Docker daemon make user namespaces ("userns-remap": "default" in /etc/docker/daemon.json), or take userns out of the floor: it stands without, and root inside is root outside.',
  },
};

/** Throws `isolation_unavailable` when a layer of the floor was not proved. */
export function refuseBelow(
  floor: readonly Layer[],
  layers: readonly Layer[],
  driver: DriverName,
): void {
  const lacking = floor.filter((layer) => !layers.includes(layer));
  if (lacking.length === 0) return;
  throw new CastellanError(
    'isolation_unavailable',
    `A box was below the floor: ${lacking.join(', ')} could not be proved.`,
    { fix: lacking.map((layer) => cures[driver]?.[layer]).find(Boolean) ?? null },
  );
}

function failed(why: string): CastellanError {
  return new CastellanError('box_failed', `A box could not be started: ${why}`);
}
