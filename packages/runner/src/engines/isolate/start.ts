/**
 * What a box starts: `node runner.js …`, the rest as `main.ts` has it. Compiling the runner takes
 * longer than starting it, so our build keeps compiled code beside it, made after a run, with what a
 * run calls. V8 refuses code that another version of it or other flags made, and compiles instead.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

const [, program = ''] = process.argv;
const file = (name: string): string => join(dirname(program), name);
const code = file(`main-${process.version}-${process.arch}.code`);
const main = new Script(readFileSync(file('main.js'), 'latin1'), {
  filename: 'castellan:runner',
  ...(existsSync(code) ? { cachedData: readFileSync(code) } : {}),
});
(main.runInThisContext() as (require: (name: string) => unknown) => void)(process.getBuiltinModule);
