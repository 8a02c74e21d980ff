/** Every program behind the walls of every driver. */
import { browserFolder, isolateFolders, programsOf } from './catalogue.support.ts';
import { type Group, waitingIn } from './group.support.ts';
import { isolateAlone, wallsBy, wallsUp, type Walls } from './perform.support.ts';

/** `none` has no box: nothing is in the way but the isolate. */
export const matrixDrivers = ['bubblewrap', 'none', 'oci', 'gvisor', 'docker'] as const;

export type MatrixDriver = (typeof matrixDrivers)[number];

/** The programs of a driver, by the walls that it has for them. `docker` is the socket of its daemon. */
export async function matrixOf(driver: MatrixDriver, docker = ''): Promise<readonly Group[]> {
  const isolated = await programsOf(isolateFolders);
  // Without a box, what uses up a machine uses up this one.
  if (driver === 'none') {
    const harmless = isolated.filter(({ name }) => !name.startsWith('d-exhaustion/'));
    return [{ attacks: harmless, walls: isolateAlone }];
  }
  const walls = wallsBy(driver);
  const given = (each: Walls): Walls => (driver === 'docker' ? { ...each, docker } : each);
  const browsing = await programsOf([browserFolder]);
  // The image of a box has no packages of an operator's own, such as native code.
  const node = (await programsOf(['node-engine'])).filter(
    ({ native }) => driver !== 'docker' || native !== true,
  );
  return [
    ...(driver === 'bubblewrap' ? wallsUp : [given(walls.isolate)]).map((each) => ({
      attacks: isolated,
      walls: each,
    })),
    { attacks: browsing, walls: given(walls.isolate) },
    ...walls.node.map((each) => ({ attacks: node, walls: given(each) })),
  ];
}

/** How many runs of a driver have no outcome yet. */
export async function countOf(driver: MatrixDriver): Promise<number> {
  const sets = await matrixOf(driver);
  return sets.reduce((sum, set) => sum + waitingIn(set).length, 0);
}
