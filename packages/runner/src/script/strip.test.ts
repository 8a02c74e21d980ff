import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strip } from './strip.ts';

/** Each `‹…›` is a type, which is blanked out; everything else stays where it is. */
const scripts = [
  'return 1',
  'const n‹: number› = 1; return n // so',
  '‹interface P { n: number }›\nconst p‹: P› = { n: 1 };\nif (p) return;\nreturn p.n;\n',
  'import { a } from "b";\nconst n‹: number› = a;\nreturn n',
  "import a, {\n  b,\n  c as d,\n} from 'b'; import e from 'f'\nreturn a(b‹ as string›, d, e)",
  'import "side"\nimport.meta.url; return 1‹ as number›',
  'const { a } = await import("b")‹ as any›\nreturn a',
  'import("x");\nconst t = `\nimport a from "b"\n`;\nreturn t‹ as string›',
  '/*\nimport a from "b"\n*/ return 1‹!›',
  'const f = (a‹: number›) => { return a };\nreturn f(1)',
  'function f()‹: void› { return } f();',
  'export const f = (a‹: number›) => { return a };',
  'export default function (a‹?: string›) { return a }',
  'return “x”.length‹ as number›'.replaceAll(/[“”]/g, '"'),
  'const ü = "ß😀"; return ü‹ as string›',
];

for (const script of scripts) {
  test(`strip leaves all but the types of ${JSON.stringify(script.slice(0, 50))}`, () => {
    const blanked = script.replaceAll(/‹([^›]*)›/g, (_, type: string) =>
      type.replaceAll(/[^\n]/g, ' '),
    );
    assert.equal(strip(script.replaceAll(/[‹›]/g, '')), blanked);
  });
}

const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

for (const script of [
  'enum A { b } return A.b',
  'namespace a { export const b = 1 } return a.b',
  'const a: = 1; return a',
  'return 1 }; async () => { const a: number = 1;',
  'class A { constructor(private a: number) { return } }',
]) {
  test(`strip cannot blank ${JSON.stringify(script)}, or it does not parse after it`, () => {
    const stripped = strip(script);
    if (stripped === undefined) return;
    // A body is parsed alone by this, whatever braces it has.
    assert.throws(() => AsyncFunction(stripped), SyntaxError);
  });
}
