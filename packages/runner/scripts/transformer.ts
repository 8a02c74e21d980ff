/**
 * Builds the transformer: the TypeScript compiler, without what it does not use. The package is one
 * function around its whole source, in which a bundler can drop nothing, so that function is opened:
 * this halves the time and the memory that loading it takes.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import type { transform } from '../src/script/transform/transformer.ts';

const program = fileURLToPath(new URL('../src/script/transform/transformer.ts', import.meta.url));

/** Returns its text, and its code for this Node. */
export async function buildTransformer(): Promise<{ text: string; code: Uint8Array }> {
  const { outputFiles } = await build({
    entryPoints: [program],
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    charset: 'ascii',
    minify: true,
    legalComments: 'none',
    // Without `require`, the second argument of programs, the compiler takes this for no Node, and touches nothing of it.
    banner: { js: '(function (module, _, require) {' },
    footer: { js: '})' },
    plugins: [opened],
  });
  const text = outputFiles[0]?.text ?? '';
  const script = new Script(text, { filename: 'castellan:transformer' });
  const module: { exports: { transform?: typeof transform } } = { exports: {} };
  (script.runInThisContext() as (of: object) => void)(module);
  for (const sample of samples) {
    const made = module.exports.transform?.(sample, {
      syntax: 'tsx',
      isModule: false,
      settings: {},
    });
    if (made === undefined || 'message' in made) throw new Error('the transformer does not work');
  }
  return { text, code: script.createCachedData() };
}

/** Typical files: the functions that compiling them calls are in the compiled code. */
const samples = [
  `import { join } from 'node:path';
import type { T } from './t.ts';
enum Color { Red, Green = 5 }
namespace Shapes { export const pi = 3; export function area(r: number): number { return pi * r * r; } }
abstract class Base<T> { constructor(public readonly a: T, private b = 2) {} abstract f(): number; }
class Made extends Base<number> { static #x = 1; f(): number { return this.a + Made.#x; } }
const all = async <X,>(list: readonly X[]): Promise<X[]> => { for (const x of list) await x; return [...list]; };
try { await all([1]); } catch (error) { console.log(\`\${(error as Error).message}\`, { ...{ a: 1 } }); }
export default async function main({ n }: { n: number }) { return [Color.Green, Shapes.area(n), join('a', 'b')]; }`,
  `function log(value: unknown, context: DecoratorContext) { return value as undefined; }
class A { @log m(x: number): number { return x; } accessor z = 1; }
const App = ({ n }: { n: number }) => <p className="a" {...{ n }}>{n} <b>text</b></p>;
module.exports = () => <><App n={1} key="k" /></>;`,
];

/** Resolves `typescript` to its source as an ES module that exports what is imported from it. */
const opened: Plugin = {
  name: 'opened',
  setup(bundler) {
    const path = createRequire(program).resolve('typescript');
    bundler.onResolve({ filter: /^typescript$/ }, () => ({ path, sideEffects: false }));
    bundler.onLoad({ filter: /[\\/]typescript\.js$/ }, () => ({
      contents: open(readFileSync(path, 'utf8')),
    }));
  },
};

function open(text: string): string {
  const form =
    /^"use strict";\n([^]*?)^var typescript_exports = \{\};\n__export\(typescript_exports, \{\n([^]*?)^\}\);\nmodule\.exports = __toCommonJS\(typescript_exports\);\n([^]*)^\/\/ Annotate the CommonJS export names/m;
  const [, helpers, names, source] = form.exec(text) ?? [];
  if (helpers === undefined || names === undefined || source === undefined) {
    throw new Error('typescript has another form than this build knows');
  }
  const exported = names
    .matchAll(/^ {2}([\w$]+): \(\) => ([\w$]+),?$/gm)
    .map(([, name = '', local = '']) => `${local} as ${name}`);
  // A namespace that nobody asks for is no reason to keep what it holds.
  const kept = (helpers + source).replaceAll(/^__export\(/gm, '/* @__PURE__ */ __export(');
  return `${kept}\nexport { ${[...exported].join(', ')} };`;
}
