/** The node engine's programs again, without Node's permissions: a hole in the box cannot hide. */
import { isOften, programsOf } from './catalogue.support.ts';
import { testAttacks } from './group.support.ts';
import { bareNodeInABox } from './perform.support.ts';

testAttacks(await programsOf(['node-engine'], isOften), [bareNodeInABox]);
