import type { ReceivedJob } from '../engine.ts';
import { blankJob } from '../blank-job.ts';

const common = { ...blankJob, helpers: { one: 'async' }, modules: ['node:*'] } as const;

/** Small scripts that take the common paths of a run, one for each kind of file. */
export const rehearsal: readonly ReceivedJob[] = [
  {
    ...common,
    entry: 'rehearsal-body.js',
    files: {
      'rehearsal-body.js': `
import { join } from 'node:path';
const { a: [first = 0, ...rest], ...others } = params;
const fs = require('fs');
class Base { #x = 1; static make() { return new this(); } get x() { return this.#x; } }
async function other(n) { for (const i of rest) if (i > 1 && !n) return i ?? -i; return \`\${n}\`; }
try { console.log('text', { a: 1 }); await other(1); throw new Error('x'); } catch (error) { error.stack; }
({ value: [Base.make().x, typeof first === 'number' ? join('a', 'b') : 2], text: fs.existsSync('x') });`,
    },
  },
  {
    ...common,
    entry: 'rehearsal-module.js',
    files: {
      'rehearsal-module.js':
        'import { n } from "./rehearsal-other.js"; export default async function (params, { progress }) { return { n, m: params.a?.length }; }',
      'rehearsal-other.js': 'export const n = 1;',
    },
  },
];
