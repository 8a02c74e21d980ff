import { forEachEngine } from './contract.support.ts';
import type { Case } from './contract.support.ts';
import type { Json } from '@castellan/protocol';
import assert from 'node:assert/strict';

/** A library in the shape of React, named by a relative `jsxImportSource`. */
const library = {
  'h/jsx-runtime.js':
    'const jsx = (type, { children = [], ...props }, key) => ({ type, props, key: key ?? null, children: [children].flat() });\nexports.jsx = jsx; exports.jsxs = jsx; exports.Fragment = "fragment";',
  'tsconfig.json': '{ "compilerOptions": { "jsxImportSource": "./h" } }',
};

const legacy = { 'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true } }' };

forEachEngine(({ cases, sandboxForFile }) => {
  const sandbox = sandboxForFile({ modules: ['node:path'] });
  const of = (
    entry: string,
    text: string,
    others: Record<string, string> = {},
  ): Case['source'] => ({
    files: { [entry]: text, ...others },
    entry,
  });
  const gives = (
    name: string,
    text: string,
    value: Json,
    others = {},
    entry = 'main.ts',
  ): Case => ({
    name,
    source: of(entry, text, others),
    value,
  });

  cases(sandbox, [
    gives(
      'enums: numbers, text, computed and constant ones, merged, within a namespace',
      `enum Color { Red, Green = 5, Blue }
enum Text { A = 'a', B = \`\${A}b\` }
const enum Fixed { One = 1, Two = One << 1 }
enum Color { Black = 'x'.length + 8 }
namespace N { export enum E { A = 3 } export const enum F { B = 4 } }
return [Color.Green, Color[6], Text.B, Fixed.Two, Color.Black, N.E.A, N.F.B];`,
      [5, 'Blue', 'ab', 2, 9, 3, 4],
    ),
    gives(
      'namespaces: nested, merged with classes and functions, with variables that change',
      `namespace A.B { export let n = 1; export function up() { n++; } }
class C { static a = 1; }
namespace C { export const b = C.a + 1; }
function f() { return f.c; }
namespace f { export const c = 3; }
namespace T { export interface I { a: 1 } }
import short = A.B;
A.B.up();
return [short.n, C.b, f()];`,
      [2, 2, 3],
    ),
    gives(
      'parameter properties, also beside fields and in derived classes',
      `class P { constructor(public a: number, private readonly b = 2) {} get sum() { return this.a + this.b; } }
class D extends P { c = this.a * 10; constructor(protected d: number) { super(d + 1); } }
return [new P(1).sum, { ...new D(1) }];`,
      [3, { a: 2, b: 2, c: 20, d: 1 }],
    ),
    gives(
      'import = and export =',
      `import path = require('node:path');
import unused = require('nowhere');
import other = require('./other');
return [path.join('a', 'b'), other(2)];`,
      ['a/b', 4],
      { 'other.ts': 'function double(n: number): number { return n * 2; }\nexport = double;' },
    ),
    {
      name: 'export = is the entry',
      source: of('main.ts', 'enum A { B = 2 } export = ({ n }: { n: number }) => n * A.B;'),
      options: { params: { n: 4 } },
      value: 8,
    },
    gives(
      'type assertions with angle brackets, satisfies, this parameters, abstract classes, overloads',
      `abstract class A { abstract f(): number; g() { return this.f(); } }
class B extends A { f() { return 3; } }
function over(a: string): string; function over(a: number): number; function over(a: any) { return a; }
function bound(this: { a: number }) { return this.a; }
const x = <any>{ a: 1 };
return [(<number>x.a).toFixed(1), new B().g(), over(1), bound.call({ a: 4 }), { b: 5 } satisfies object];`,
      ['1.0', 3, 1, 4, { b: 5 }],
    ),
    gives(
      'standard decorators on classes, methods, fields and accessors',
      `const log: string[] = [];
function note(value: unknown, { kind, name }: DecoratorContext): any { log.push(kind + ' ' + String(name)); if (kind === 'field') return (v: number) => v + 1; }
@note class A { @note m() {} @note x = 1; @note accessor y = 2; @note static s() {} }
return [log.toSorted(), new A().x, A.name];`,
      [['accessor y', 'class A', 'field x', 'method m', 'method s'], 2, 'A'],
    ),
    gives(
      'legacy decorators where a parameter is decorated',
      `const log: string[] = [];
function parameter(target: object, key: string | undefined, index: number) { log.push(\`\${key} \${index}\`); }
function method(target: object, key: string, descriptor: PropertyDescriptor) { log.push(\`\${key} \${typeof descriptor.value}\`); }
class A { constructor(@parameter private a: number) {} @method m(x: number, @parameter y: number) {} }
return [log, new A(1)];`,
      [['m 1', 'm function', 'undefined 0'], { a: 1 }],
    ),
    gives(
      'legacy decorators where tsconfig.json asks for them, with comments and a comma too many',
      'const log: string[] = []; function d(...all: unknown[]) { log.push(all.map((one) => typeof one).join(" ")); }\n@d class A { @d m() {} }\nreturn log;',
      ['object string object', 'function'],
      {
        'tsconfig.json':
          '// The one\n{ "compilerOptions": { /* old */ "experimentalDecorators": true, "outDir": "x//y", }, }',
      },
    ),
    gives(
      'emitDecoratorMetadata gives the types of parameters',
      `const found: unknown[] = [];
(Reflect as any).metadata = (key: string, value: unknown) => (() => { if (key === 'design:paramtypes') found.push((value as { name: string }[]).map(({ name }) => name)); });
function d(target: object) {}
class Service {}
@d class A { constructor(a: Service, b: string) {} }
return found;`,
      [['Service', 'String']],
      {
        'tsconfig.json':
          '{ "compilerOptions": { "experimentalDecorators": true, "emitDecoratorMetadata": true } }',
      },
    ),
    gives(
      'using beside an enum, and beside decorators',
      `enum A { B } const log: string[] = [];
function d(value: unknown, context: object) {}
{ using a = { [Symbol.dispose]() { log.push('end'); } }; log.push('begin'); }
@d class C {}
return log;`,
      ['begin', 'end'],
    ),
    gives(
      'an ES module with an enum, exported, and imported elsewhere',
      'import { Color, type Row } from "./color.ts"; export default ({ n }: Row) => [Color.Green, typeof n];',
      [5, 'undefined'],
      { 'color.ts': 'export enum Color { Red, Green = 5 }\nexport interface Row { n: number }' },
    ),
    gives(
      'what is imported and only used as a type is not imported at all',
      `import { Row, real } from './rows.ts';
import Nothing from 'express';
import * as All from './missing.ts';
import type { T } from './gone.ts';
const row: Row & Nothing & All.X & T = { Row: real } as never;
return row;`,
      { Row: 1 },
      { 'rows.ts': 'export interface Row { Row: number }\nexport const real = 1;' },
    ),
    {
      name: 'verbatimModuleSyntax imports what is written',
      source: of('main.ts', 'import { Row } from "./rows.ts"; export default 1 as Row', {
        'rows.ts': 'export type Row = number; export {}',
        'tsconfig.json': '{ "compilerOptions": { "verbatimModuleSyntax": true } }',
      }),
      reason: 'syntax_error',
      message: /Row/,
    },
    gives(
      'an import for what the file does is kept',
      'import "./does.ts"; enum A { B = 1 } return [(globalThis as any).did, A.B];',
      [true, 1],
      { 'does.ts': 'globalThis.did = true; export {};' },
    ),
    gives(
      'fields are assigned for a target without them, as tsc does',
      'class A { set x(value: number) { log.push(value); } } class B extends A { x = 1; } const log: number[] = []; new B(); return log;',
      [1],
      { 'tsconfig.json': '{ "compilerOptions": { "target": "ES2019" } }' },
    ),
    gives(
      'a .cts file with an enum is required, a .mts file with one imported',
      'import { a } from "./a.mts"; import b = require("./b.cts"); return [a, b.b];',
      [1, 2],
      {
        'a.mts': 'enum A { X = 1 } export const a: number = A.X;',
        'b.cts': 'enum B { X = 2 } exports.b = B.X;',
      },
    ),
    { name: 'text with an enum is TypeScript', source: 'enum A { B = 7 } return A.B', value: 7 },
    {
      name: 'text with JSX is TypeScript too',
      source:
        '/** @jsxRuntime classic */ /** @jsx h */ const h = (...all: unknown[]) => all; return <p a="b">x</p>',
      value: ['p', { a: 'b' }, 'x'],
    },
  ]);

  cases(sandbox, [
    gives(
      'JSX with the automatic runtime: text, spread, fragments, keys, components',
      `const App = ({ n }: { n: number }) => <><b key="k">{n} a &amp; b</b>{[1].map((i) => <i key={i} />)}</>;
const made = <App n={2} {...{ q: 1 }} />;
return [made.props, made.type(made.props).children.length, made.type(made.props).children[0]];`,
      [{ n: 2, q: 1 }, 2, { type: 'b', props: {}, key: 'k', children: [2, ' a & b'] }],
      library,
      'main.tsx',
    ),
    gives(
      'a component of another file, by its name as JavaScript and without an ending',
      'import { A } from "./a.js"; import B from "./b"; export default () => [(<A />).type({}).type, B()];',
      ['b', { type: 'i', props: {}, key: null, children: [] }],
      {
        ...library,
        'a.tsx': 'export const A = () => <b />;',
        'b.jsx': 'export default () => <i />;',
      },
      'main.tsx',
    ),
    gives(
      'a component that is required',
      'const { A } = require("./a.jsx"); return A().type;',
      'u',
      { ...library, 'a.jsx': 'exports.A = () => <u />;' },
      'main.js',
    ),
    gives(
      'a .jsx file that is plain JavaScript',
      'return typeof h; var h',
      'undefined',
      {},
      'main.jsx',
    ),
    gives(
      'the classic runtime and its factory, as tsconfig.json says',
      'const dom = { h: (...all: unknown[]) => all, F: "f" }; return <a><>x</></a>;',
      ['a', null, ['f', null, 'x']],
      {
        'tsconfig.json':
          '{ "compilerOptions": { "jsx": "react", "jsxFactory": "dom.h", "jsxFragmentFactory": "dom.F" } }',
      },
      'main.tsx',
    ),
    {
      name: 'JSX without React says what to do',
      source: of('main.tsx', 'const a = 1;\nexport default () => <p>x</p>;'),
      reason: 'module_not_found',
      message: /"react\/jsx-runtime".*jsxImportSource/,
      at: 'main.tsx:2:22',
    },
    {
      name: 'types in a .jsx file are a syntax error',
      source: of('main.jsx', 'const a = (x: number) => <p />;'),
      reason: 'syntax_error',
      message: /only be used in TypeScript files/,
      at: 'main.jsx:1:15',
    },
    {
      name: 'a wrong option of tsconfig.json is named, with what it may be',
      source: of('main.tsx', 'return <p />;', {
        'tsconfig.json': '{ "compilerOptions": { "jsx": "vue" } }',
      }),
      reason: 'syntax_error',
      message: /compilerOptions\.jsx is "vue"; it has to be one of react, react-jsx/,
      at: 'tsconfig.json:1:1',
    },
    {
      name: 'a broken tsconfig.json has a place',
      source: of('main.ts', 'enum A { B }', { 'tsconfig.json': '{\n  "compilerOptions" {} }' }),
      reason: 'syntax_error',
      at: 'tsconfig.json:2:21',
    },
  ]);

  cases(sandbox, [
    {
      name: 'the place of an error in TypeScript that was compiled',
      source: of(
        'main.ts',
        'enum A { B }\n\ninterface Long {\n  a: 1;\n}\n  class X { m<T>(x: T): T {\n    if (x)     throw   new Error("no"); return x; } }\nnew X().m<number>(1);',
      ),
      reason: 'uncaught_exception',
      at: 'main.ts:7:24',
      check: ({ error }) => assert.match(error?.stack ?? '', /at .*main\.ts:8:9/),
    },
    {
      name: 'the place of an error in JSX',
      source: of(
        'main.tsx',
        'const none = null as any;\nreturn (\n  <p>\n    {none.x}\n  </p>);',
        library,
      ),
      reason: 'uncaught_exception',
      at: 'main.tsx:4:11',
    },
    {
      name: 'the place of an error within a decorated class',
      source: of(
        'main.ts',
        'function d(v: unknown, c: object) {}\n@d class A {\n  m(x?: any) {\n    return x.y;\n  }\n}\nnew A().m();',
        legacy,
      ),
      reason: 'uncaught_exception',
      at: 'main.ts:4:14',
    },
    {
      name: 'the place of a syntax error that only the compiled code shows',
      source: of('main.ts', 'enum A { B }\nlet twice = 1;\nlet   twice = 2;'),
      reason: 'syntax_error',
      at: 'main.ts:3:7',
    },
    {
      name: 'the place of a denied import in TypeScript that was compiled',
      source: of('main.ts', 'enum A { B }\n\nimport fs from "node:fs";\nreturn fs'),
      reason: 'module_denied',
      at: 'main.ts:3:1',
    },
  ]);
});
