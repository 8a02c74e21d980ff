import type { SourceFiles } from '@castellan/protocol/kinds';
import type { Source } from '@castellan/sandbox';
import type { Attack } from './attack.support.ts';

/**
 * A program that starts a Node without permissions of Node's own and runs the attack in it: none
 * of Castellan's code is in that process, and the box is all that is in its way. Node hands its permissions down
 * unless the name of the option is among the arguments; here it is, as an argument of the script's.
 */
export function withoutSeatBelt({ source }: Attack, params: object): Source {
  const files = typeof source === 'string' ? { 'attack.js': source } : source.files;
  return `
const run = require('node:util').promisify(require('node:child_process').execFile);
const program = ['-e', ${JSON.stringify(prelude(files, params))}, '--', '--permission'];
const { stdout } = await run('/node', program, { maxBuffer: 2 ** 24 });
return JSON.parse(stdout);`;
}

function prelude(files: SourceFiles, params: object): string {
  return `
const files = ${JSON.stringify(files)};
const load = (name) => {
  const text = files[name.replace('./', '')];
  if (text === undefined) return require(name);
  const module = { exports: {} };
  new Function('module', 'exports', 'require', text)(module, module.exports, load);
  return module.exports;
};
process.chdir('/scratch/work');
if (process.permission !== undefined) throw new Error('the seat belt is on');
const AsyncFunction = (async () => {}).constructor;
new AsyncFunction('require', 'params', files['attack.js'])(load, ${JSON.stringify(params)}).then((value) =>
  process.stdout.write(JSON.stringify(value ?? null), () => process.exit()),
);`;
}
