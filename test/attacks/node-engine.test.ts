/** Programs that have all of Node, letters A, B and F: frames, files, modules, the browser. */
import { attacksOf } from './attack.support.ts';
import { testAttacks } from './group.support.ts';
import { nodeInABox } from './perform.support.ts';
import { nodeRows } from './node-engine/rows.ts';

const rows = nodeRows.filter(({ program }) => /^[abf]-/.test(program));
testAttacks(await attacksOf('node-engine', rows), [nodeInABox]);
