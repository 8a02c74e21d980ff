/**
 * The most telling programs behind the walls of the other drivers: files, devices and sockets of this machine,
 * with all of Node and nothing but the box in the way. All programs: `test/faults/attacks.test.ts`.
 */
import { programsOf } from './catalogue.support.ts';
import { testAttacks } from './group.support.ts';
import { wallsBy } from './perform.support.ts';

const telling = {
  oci: ['b-10-files-of-the-host.js', 'b-12-write-outside.js', 'e-01-tcp.js'],
  gvisor: ['b-10-files-of-the-host.js', 'b-12-write-outside.js'],
} as const;

for (const driver of ['oci', 'gvisor'] as const) {
  const programs: readonly string[] = telling[driver];
  const walls = wallsBy(driver).node.filter(({ isBare }) => isBare === true);
  testAttacks(
    await programsOf(['node-engine'], ({ program }) => programs.includes(program)),
    walls,
  );
}
