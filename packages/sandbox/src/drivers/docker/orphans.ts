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
