import { appendFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Attack } from './attack.support.ts';
import { setCanaries } from './canaries.support.ts';
import { perform, type Walls, wallsText } from './perform.support.ts';

const tableFile = process.env['ATTACK_TABLE'];

/** One test for each program behind each set of walls; each run gets canaries of its own. */
export function testAttacks(attacks: readonly Attack[], allWalls: readonly Walls[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-attacks-'));
  process.env['TMPDIR'] = folder;
  // The folder of another group may be around it, and gone.
  after(() => rmSync(folder, { recursive: true, force: true }));
  for (const walls of allWalls) {
    describe(wallsText(walls), { concurrency: false }, () => {
      for (const attack of attacks) {
        const bare = attack.except?.[walls.isolation]?.bare ?? attack.bare;
        if (walls.isBare === true && bare !== true) continue;
        it(`${attack.name}${kindOf(attack)} gets nothing`, async () => {
          await using canaries = await setCanaries();
          const { status, reason } = await perform(attack, walls, canaries);
          if (tableFile === undefined) return;
          const { isolation, engine = 'isolate', isBare = false, reuse } = walls;
          const { name, technique } = attack;
          const line = { name, technique, isolation, engine, isBare, reuse, status, reason };
          appendFileSync(tableFile, `${JSON.stringify(line)}\n`);
        });
      }
    });
  }
}

function kindOf({ params }: Attack): string {
  const kind = params?.['kind'];
  return typeof kind === 'string' ? ` (${kind})` : '';
}
