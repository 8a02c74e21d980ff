/** Programs that have all of Node, letters D, E and G: exhaustion, the network, the engine. */
import { programsOf } from './catalogue.support.ts';
import { testAttacks } from './group.support.ts';
import { nodeInABox } from './perform.support.ts';

const attacks = await programsOf(['node-engine'], ({ program }) => !/^[abf]-/.test(program));
testAttacks(attacks, [nodeInABox]);
