/**
 * The programs of `test/attacks` behind the walls of each driver, with each engine. `npm run attacks` runs
 * this, keeps the outcomes and makes `test/attacks/outcomes.md` of them.
 */
import { after } from 'node:test';
import { testAttacks } from '../attacks/group.support.ts';
import { matrixDrivers, matrixOf } from '../attacks/matrix.support.ts';
import { buildImages } from '../../packages/sandbox/src/images.ts';
import { noDaemon, startDaemon } from '../../packages/sandbox/src/drivers/docker/daemon.support.ts';

const wanted = process.env['ATTACK_DRIVERS']?.split(',');
for (const driver of matrixDrivers) {
  if (wanted !== undefined && !wanted.includes(driver)) continue;
  const socket = driver === 'docker' ? await dockerSocket() : '';
  if (socket === undefined) continue;
  for (const { attacks, walls } of await matrixOf(driver, socket)) testAttacks(attacks, [walls]);
}

/** The socket of a daemon that has the images; undefined where none can be started. */
async function dockerSocket(): Promise<string | undefined> {
  if ((await noDaemon()) !== false) return undefined;
  const daemon = await startDaemon();
  after(() => daemon[Symbol.asyncDispose]());
  await buildImages({ socket: daemon.socket }, () => undefined);
  return daemon.socket;
}
