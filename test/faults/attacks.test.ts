/**
 * The programs of `test/attacks` behind the walls of each driver, with each engine. `node scripts/attacks.ts` runs
 * this, keeps the outcomes and makes `test/attacks/outcomes.md` of them.
 */
import { isolateFolders, programsOf } from '../attacks/catalogue.support.ts';
import { testAttacks } from '../attacks/group.support.ts';
import { wallsBy, wallsUp } from '../attacks/perform.support.ts';

const isolated = await programsOf(isolateFolders);
const node = await programsOf(['node-engine']);

const wanted = process.env['ATTACK_DRIVERS']?.split(',');
for (const driver of ['bubblewrap', 'oci', 'gvisor'] as const) {
  if (wanted !== undefined && !wanted.includes(driver)) continue;
  const walls = wallsBy(driver);
  testAttacks(isolated, driver === 'bubblewrap' ? wallsUp : [walls.isolate]);
  testAttacks(node, walls.node);
}
