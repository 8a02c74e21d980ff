/**
 * Compiles the runner for `start.ts`. Only the build writes such code, which is trusted like
 * machine code.
 */
import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeFile, codeKey, mainProgram } from '@castellan/protocol/runtimes';
import { runPlainly } from './run.ts';

/**
 * A script that takes the common paths of a run, so that their functions are in the compiled code.
 */
const script = `
const { join } = require('path');
console.log('text', join('a', 'b'));
await new Promise((resolve) => setTimeout(resolve, 1));
progress(0.5, 'text');
({ list: [1, 'x'], params });`;

/** The name of the compiled code of a program of BOX, whose main program must be there. */
export function codeOf(box: string, program: string): string {
  const sha256 = hash('sha256', readFileSync(join(box, mainProgram)));
  return codeFile(program, codeKey(process.versions.v8, process.arch, sha256));
}

/** Runs a script, then writes the code of `BOX/main.js`. */
export async function compileRunner(box: string, snapshot: string): Promise<void> {
  const code = join(box, codeOf(box, mainProgram));
  const making = `
    const { readFileSync, writeFileSync } = process.getBuiltinModule('node:fs');
    const { Script } = process.getBuiltinModule('node:vm');
    const text = readFileSync(${JSON.stringify(join(box, 'main.js'))}, 'latin1');
    const main = new Script(text, { filename: 'castellan:runner' });
    process.once('exit', () => writeFileSync(${JSON.stringify(code)}, main.createCachedData()));
    main.runInThisContext()(process.getBuiltinModule);`;
  await runPlainly(box, snapshot, script, { a: 1 }, ['path'], ['-e', making]);
  if (!existsSync(code)) throw new Error('the runner was not compiled');
}
