import type { ReceivedJob } from '../engine.ts';
import { blankJob } from '../blank-job.ts';

// A module that is small and needs no other: each box that starts pays for the rehearsals.
const common = { ...blankJob, helpers: { one: 'async' }, modules: ['querystring'] } as const;

/** TypeScript with the syntax that the type stripper meets in most files. */
export const typed = `
import { type A, b } from './b.ts';
import type C from './c.ts';
interface Row<T extends object = A> extends C { readonly a?: T | null; [key: string]: unknown }
type Names = keyof Row & string;
class Table<T> implements Iterable<T> { private readonly rows: T[] = []; declare x: number;
  constructor(public_: number) { this.x = public_ as const as number; }
  get<K extends Names>(key?: K): Row[K] | undefined { return (this.rows[0] as Row)!; } }
declare const params: { n: number };
const all = <T,>(list: readonly T[]): T[] => [...list] satisfies T[];
export default async function main(this: void, { n }: typeof params): Promise<number> { return all<number>([n])[0]!; }`;

export const typedOptions = { isModule: false, keepsTree: false, settings: {} } as const;

/** Small scripts that take the common paths of a run, one for each kind of file. */
export const rehearsal: readonly ReceivedJob[] = [
  {
    ...common,
    entry: 'body.js',
    files: {
      'body.js': `
const { a: [first = 0, ...rest], ...others } = params;
class Base { #x = 1; static make() { return new this(); } get x() { return this.#x; } }
function execute(n) { for (const i of rest) if (i > 1 && !n) return i ?? -i; return \`\${n}\`; }
try { console.log('text'); ({ ...others, [first]: (y) => y * 2, r: /r[e]g/u }); } catch (error) { throw error; }
one(first).then(async () => { await null; });
await null;
const { escape } = require('querystring');
({ value: [Base.make().x, typeof first === 'number' ? 1 : 2], text: 'x' });`,
    },
  },
  {
    ...common,
    entry: 'module.js',
    files: {
      'module.js':
        'import text, { escape } from "node:querystring"; export default async function (params, { progress }) { return { n: params.a?.length }; }',
    },
  },
];
