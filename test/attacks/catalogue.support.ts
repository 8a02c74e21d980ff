/** All programs, by the folder of their letter. */
import { realmRows } from './a-realm/rows.ts';
import { type Attack, attacksOf, type Row } from './attack.support.ts';
import { moduleRows } from './b-modules/rows.ts';
import { isolateRows } from './c-isolated-vm/rows.ts';
import { exhaustionRows } from './d-exhaustion/rows.ts';
import { networkRows } from './e-network/rows.ts';
import { browserRows } from './f-browser/rows.ts';
import { engineRows } from './g-engine/rows.ts';
import { nodeRows } from './node-engine/rows.ts';

export const folders = {
  'a-realm': realmRows,
  'b-modules': moduleRows,
  'c-isolated-vm': isolateRows,
  'd-exhaustion': exhaustionRows,
  'e-network': networkRows,
  'f-browser': browserRows,
  'g-engine': engineRows,
  'node-engine': nodeRows,
} as const satisfies Record<string, readonly Row[]>;

export type Folder = keyof typeof folders;

/** Those that run in an isolate and nothing else. */
export const isolateFolders = [
  'a-realm',
  'b-modules',
  'c-isolated-vm',
  'd-exhaustion',
  'e-network',
  'g-engine',
] as const satisfies readonly Folder[];

/** In an isolate too, with a Chromium for each run. */
export const browserFolder = 'f-browser' satisfies Folder;

/** Those of `npm test`. */
export const isOften = ({ isRare }: Row): boolean => isRare !== true;

/** Reads the programs of some folders; those for which `holds`. */
export async function programsOf(
  names: readonly Folder[],
  holds: (row: Row) => boolean = () => true,
): Promise<Attack[]> {
  const read = names.map((name) => attacksOf(name, folders[name].filter(holds)));
  return (await Promise.all(read)).flat();
}
