/**
 * What a box starts: `node runner.js PROGRAM_KEY …`, with the arguments of `main.ts`. Compiling the runner takes
 * longer than starting it, so the build keeps its compiled code beside it, made after a run, so that it
 * holds the functions that a run calls. V8 refuses code of another version or of other flags, and
 * compiles the source instead; that it is code of this very source says its name.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { codeFile } from '@castellan/protocol/runtimes';

const [, program = '', programKey = ''] = process.argv;
const file = (name: string): string => join(dirname(program), name);
const code = file(codeFile('main.js', programKey));
const main = new Script(readFileSync(file('main.js'), 'latin1'), {
  filename: 'castellan:runner',
  ...(existsSync(code) ? { cachedData: readFileSync(code) } : {}),
});
(main.runInThisContext() as (require: (name: string) => unknown) => void)(process.getBuiltinModule);
