import { setTimeout as wait } from 'node:timers/promises';
import { hasEnded } from '../launcher-name.ts';
import { type DockerApi, DockerError } from './api.ts';

/** The label that says which launcher a container belongs to. */
export const launcherLabel = 'castellan.launcher';

interface Listed {
  readonly Id: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/** Kills and removes a container, whatever it is doing. One that is gone already is fine. */
export async function removeContainer(api: DockerApi, id: string): Promise<void> {
  try {
    await api.call('DELETE', `/containers/${id}?force=1&v=1`);
  } catch (error) {
    // 404: it is gone; 409: somebody else is removing it.
    if (!(error instanceof DockerError) || (error.code !== 404 && error.code !== 409)) throw error;
  }
}

const againMs = 500;

/**
 * Asks until the container is gone. Once is not enough: a daemon that was busy with its end may have given
 * up, and says of the next question that somebody else is removing it.
 */
export async function removeSurely(api: DockerApi, id: string): Promise<void> {
  for (;;) {
    try {
      await removeContainer(api, id);
      await api.call('GET', `/containers/${id}/json`);
    } catch (error) {
      if (!(error instanceof DockerError) || typeof error.code === 'string') throw error;
      if (error.code === 404) return;
    }
    await wait(againMs);
  }
}

/** Removes the containers of launchers for which `isOver` holds. Returns how many there were. */
export async function sweepContainers(
  api: DockerApi,
  isOver: (launcher: string) => boolean = hasEnded,
): Promise<number> {
  const filters = encodeURIComponent(JSON.stringify({ label: [launcherLabel] }));
  const listed = (await api.call('GET', `/containers/json?all=1&filters=${filters}`)) as Listed[];
  const over = listed.filter(({ Labels }) => isOver(Labels[launcherLabel] ?? ''));
  await Promise.all(over.map(({ Id }) => removeContainer(api, Id)));
  return over.length;
}
