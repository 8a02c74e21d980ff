/**
 * The programs of `test/attacks` behind the walls of each driver, with each engine. `ATTACK_TABLE=FILE` keeps
 * the outcomes, of which `node scripts/attack-table.ts FILE` makes `test/attacks/outcomes.md`.
 */
import { realmRows } from '../attacks/a-realm/rows.ts';
import { attacksOf } from '../attacks/attack.support.ts';
import { moduleRows } from '../attacks/b-modules/rows.ts';
import { isolateRows } from '../attacks/c-isolated-vm/rows.ts';
import { exhaustionRows } from '../attacks/d-exhaustion/rows.ts';
import { engineRows } from '../attacks/g-engine/rows.ts';
import { testAttacks } from '../attacks/group.support.ts';
import { nodeRows } from '../attacks/node-engine/rows.ts';
import { wallsBy, wallsUp } from '../attacks/perform.support.ts';

const isolated = (
  await Promise.all([
    attacksOf('a-realm', realmRows),
    attacksOf('b-modules', moduleRows),
    attacksOf('c-isolated-vm', isolateRows),
    attacksOf('d-exhaustion', exhaustionRows),
    attacksOf('g-engine', engineRows),
  ])
).flat();
const node = await attacksOf('node-engine', nodeRows);

const wanted = process.env['ATTACK_DRIVERS']?.split(',');
for (const driver of ['bubblewrap', 'oci', 'gvisor'] as const) {
  if (wanted !== undefined && !wanted.includes(driver)) continue;
  const walls = wallsBy(driver);
  testAttacks(isolated, driver === 'bubblewrap' ? wallsUp : [walls.isolate]);
  testAttacks(node, walls.node);
}
