/** Every program behind the walls of every driver. */
import type { Attack } from './attack.support.ts';
import { browserFolder, type Folder, isolateFolders, programsOf } from './catalogue.support.ts';
import { type Group, waitingIn } from './group.support.ts';
import { isolateAlone, wallsBy, wallsUp, type Walls } from './perform.support.ts';

/** `none` has no box: nothing is in the way but the isolate. */
export const matrixDrivers = ['bubblewrap', 'none', 'oci', 'gvisor', 'docker'] as const;

export type MatrixDriver = (typeof matrixDrivers)[number];

/** A program as far as the choice of drivers depends on it, with the engine that it is for. */
export type Candidate = Pick<Attack, 'name' | 'native' | 'except'> & { readonly isBare: boolean };

interface Exclusion {
  readonly driver: MatrixDriver;
  readonly holds: (candidate: Candidate) => boolean;
  readonly why: string;
}

const isIn =
  (folder: string) =>
  ({ name }: Candidate): boolean =>
    name.startsWith(`${folder}/`);

/** What is not run behind the walls of a driver: nothing is left out without a reason. */
const exclusions: readonly Exclusion[] = [
  {
    driver: 'none',
    holds: isIn('d-exhaustion'),
    why: 'Without a box, what uses up a machine uses up this one.',
  },
  {
    driver: 'none',
    holds: isIn('node-engine'),
    why: 'All of Node without a box is the machine itself.',
  },
  {
    driver: 'docker',
    holds: ({ native }) => native === true,
    why: 'The image of a box has no packages of an operator’s own, so no native code.',
  },
  ...matrixDrivers.map((driver) => ({
    driver,
    holds: ({ isBare, except }: Candidate) => isBare && except?.[driver]?.bare === false,
    why: 'It crashes, and its command line, which the engine shows then, would be taken for a leak.',
  })),
];

/** Why a driver is not asked for a program; `undefined` when it is. */
export const whyNot = (driver: MatrixDriver, candidate: Candidate): string | undefined =>
  exclusions.find((each) => each.driver === driver && each.holds(candidate))?.why;

/** The programs of a driver, by the walls that it has for them. `docker` is the socket of its daemon. */
export async function matrixOf(driver: MatrixDriver, docker = ''): Promise<readonly Group[]> {
  const asked = async (folders: readonly Folder[], isBare = false): Promise<Attack[]> =>
    (await programsOf(folders)).filter(
      (attack) => whyNot(driver, { ...attack, isBare }) === undefined,
    );
  const isolated = await asked(isolateFolders);
  const browsing = await asked([browserFolder]);
  // There Chromium stands in a box nevertheless.
  if (driver === 'none') {
    return [isolated, browsing].map((attacks) => ({ attacks, walls: isolateAlone }));
  }
  const walls = wallsBy(driver);
  const given = (each: Walls): Walls => (driver === 'docker' ? { ...each, docker } : each);
  return [
    ...(driver === 'bubblewrap' ? wallsUp : [given(walls.isolate)]).map((each) => ({
      attacks: isolated,
      walls: each,
    })),
    { attacks: browsing, walls: given(walls.isolate) },
    ...(await Promise.all(
      walls.node.map(async (each) => ({
        attacks: await asked(['node-engine'], each.isBare),
        walls: given(each),
      })),
    )),
  ];
}

/** How many runs of a driver have no outcome yet. */
export async function countOf(driver: MatrixDriver): Promise<number> {
  const sets = await matrixOf(driver);
  return sets.reduce((sum, set) => sum + waitingIn(set).length, 0);
}
