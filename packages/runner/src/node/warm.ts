import { Script } from 'node:vm';
import { analyze } from '../source/analyze.ts';

/** Walks the common paths of a run once, so that their code is compiled before a job comes. */
export function warmUp(): void {
  const source = `
const { a: [first = 0, ...rest], ...others } = params;
class Base { #x = 1; static make() { return new this(); } get x() { return this.#x; } }
async function execute(n) { for (const i of rest) if (i > 1 && !n) return i ?? -i; return \`\${n}\`; }
({ value: [1, 'x'], text: /u/u, f: (y) => y * 2 });`;
  analyze(source, false);
  new Script(`(function(){return 0})`).runInThisContext();
}
