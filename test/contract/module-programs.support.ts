/**
 * Programs of several files, each of which plain Node runs too: what it prints there is what every
 * engine must print. The first file is the entry. `TELL(e)` stands for the text of a caught error.
 */
export interface Program {
  /** What is tried. */
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}

const programs = (group: string, table: Readonly<Record<string, Program['files']>>): Program[] =>
  Object.entries(table).map(([name, files]) => ({ name: `${group}: ${name}`, files }));

const cycles = programs('cycles', {
  'two ES modules, functions': {
    'a.mjs':
      'import { b } from "./b.mjs"; export const a = () => "a"; console.log(b()); export default 0',
    'b.mjs': 'import { a } from "./a.mjs"; export const b = () => a() + "b"; console.log("b ran")',
  },
  'two ES modules, a name before its time': {
    'a.mjs':
      'try { await import("./b.mjs") } catch (e) { console.log(TELL(e)) } export const a = 1; export default 0',
    'b.mjs': 'import { c } from "./c.mjs"; export const b = 1; console.log(c)',
    'c.mjs': 'import { b } from "./b.mjs"; export const c = b',
  },
  'two ES modules, a hoisted function before its time': {
    'a.mjs':
      'import { seen } from "./b.mjs"; export function early() { return "early" } console.log(seen); export default 0',
    'b.mjs': 'import { early } from "./a.mjs"; export const seen = early()',
  },
  'two ES modules, var and class before their time': {
    'a.mjs':
      'import { seen } from "./b.mjs"; export var v = 1; export class C {} console.log(seen); export default 0',
    'b.mjs':
      'import * as a from "./a.mjs"; import { v } from "./a.mjs"; let c; try { c = a.C } catch (e) { c = TELL(e) } export const seen = [v, c]',
  },
  'three ES modules': {
    'a.mjs': 'import "./b.mjs"; console.log("a"); export const a = 1; export default 0',
    'b.mjs': 'import "./c.mjs"; console.log("b"); export const b = 2',
    'c.mjs':
      'import { a } from "./a.mjs"; import { b } from "./b.mjs"; console.log("c"); try { a } catch (e) { console.log(TELL(e)) } try { b } catch (e) { console.log(TELL(e)) }',
  },
  'an ES module that imports itself': {
    'a.mjs':
      'import * as me from "./a.mjs"; export let n = 1; n++; console.log(me.n, me.a === undefined); export default 0',
  },
  'an ES module that imports itself dynamically': {
    'a.mjs':
      'export let n = 1; const me = await Promise.race([import("./a.mjs"), Promise.resolve("waits")]); console.log(me); export default 0',
  },
  'two CommonJS files': {
    'a.cjs':
      'exports.early = 1; const b = require("./b.cjs"); console.log(b.seen, b.late()); exports.late = 2',
    'b.cjs':
      'const a = require("./a.cjs"); exports.seen = a.early + String(a.late); exports.late = () => a.late',
  },
  'three CommonJS files': {
    'a.cjs': 'exports.n = 1; require("./b.cjs"); console.log("a", module.exports)',
    'b.cjs': 'exports.n = 2; require("./c.cjs"); console.log("b", module.exports)',
    'c.cjs':
      'exports.n = require("./a.cjs").n + require("./b.cjs").n; console.log("c", module.exports)',
  },
  'module.exports replaced in a cycle': {
    'a.cjs':
      'const b = require("./b.cjs"); module.exports = "a"; console.log(typeof b.a, b.again())',
    'b.cjs': 'exports.a = require("./a.cjs"); exports.again = () => require("./a.cjs")',
  },
  'ES module, CommonJS, ES module': {
    'a.mjs': 'try { await import("./b.mjs") } catch (e) { console.log(TELL(e)) } export default 0',
    'b.mjs': 'import c from "./c.cjs"; console.log(c); export default "b"',
    'c.cjs': 'module.exports = typeof require("./b.mjs")',
  },
  'the same, caught where it is thrown': {
    'a.mjs': 'const { default: b } = await import("./b.mjs"); console.log(b); export default 0',
    'b.mjs': 'import c from "./c.cjs"; export default c',
    'c.cjs': 'try { require("./b.mjs") } catch (e) { module.exports = TELL(e) }',
  },
  'an entry, CommonJS, the entry': {
    'a.mjs': 'import b from "./b.cjs"; console.log(b); export default b',
    'b.cjs':
      'try { module.exports = typeof require("./a.mjs") } catch (e) { module.exports = TELL(e) }',
  },
  'CommonJS, ES module, CommonJS': {
    'a.cjs':
      'exports.early = 1; try { console.log(require("./b.mjs").seen) } catch (e) { console.log(TELL(e)) }',
    'b.mjs': 'import a from "./a.cjs"; export const seen = JSON.stringify(a)',
  },
  'CommonJS, ES module, ES module, CommonJS': {
    'a.cjs':
      'exports.early = 1; try { console.log(require("./b.mjs").seen) } catch (e) { console.log(TELL(e)) }',
    'b.mjs': 'export { seen } from "./c.mjs"',
    'c.mjs': 'import a from "./a.cjs"; export const seen = JSON.stringify(a)',
  },
  'ES module, ES module, CommonJS, the first': {
    'm.mjs': 'try { await import("./a.mjs") } catch (e) { console.log(TELL(e)) } export default 0',
    'a.mjs': 'import "./b.mjs"; console.log("a"); export default "a"',
    'b.mjs': 'import "./c.cjs"; console.log("b"); export default "b"',
    'c.cjs': 'try { console.log(require("./a.mjs").default) } catch (e) { console.log(TELL(e)) }',
  },
  'ES module, CommonJS, an ES module that imports the first': {
    'm.mjs': 'try { await import("./a.mjs") } catch (e) { console.log(TELL(e)) } export default 0',
    'a.mjs': 'import "./c.cjs"; console.log("a"); export default "a"',
    'c.cjs': 'try { console.log(require("./b.mjs").default) } catch (e) { console.log(TELL(e)) }',
    'b.mjs': 'import a from "./a.mjs"; export default "b"; export const later = () => a',
  },
  'CommonJS that requires a later sibling of itself': {
    'a.mjs': 'import "./c.cjs"; import "./s.mjs"; console.log("a"); export default 0',
    'c.cjs': 'console.log(require("./s.mjs").s)',
    's.mjs': 'console.log("s"); export const s = 1',
  },
  'import() of the importer': {
    'm.mjs': 'const { done } = await import("./a.mjs"); await done; export default 0',
    'a.mjs':
      'import { later } from "./b.mjs"; export const a = 1; export const done = later().then((n) => console.log(n)); console.log("a")',
    'b.mjs': 'export const later = async () => (await import("./a.mjs")).a; console.log("b")',
  },
  'import() of the importer, awaited while the importer waits': {
    'm.mjs':
      'const ran = import("./a.mjs"); console.log(await Promise.race([ran, new Promise((done) => setTimeout(done, 20, "stuck"))])); export default 0',
    'a.mjs': 'import "./b.mjs"; export const a = 1; await (await import("./b.mjs")).wait()',
    'b.mjs': 'export const wait = async () => { console.log("waits"); await import("./a.mjs") }',
  },
  'import() in CommonJS of the ES module that imports it': {
    'a.mjs':
      'import c from "./c.cjs"; export const a = 1; console.log("a"); console.log(await c); export default 0',
    'c.cjs': 'module.exports = import("./d.mjs").then((d) => d.d)',
    'd.mjs': 'import c from "./c.cjs"; export const d = typeof c.then',
  },
  'a cycle that waits': {
    'm.mjs':
      'try { const { order } = await import("./a.mjs"); console.log(order) } catch (e) { console.log(TELL(e)) } export default 0',
    'a.mjs': 'import { b } from "./b.mjs"; export const order = ["a"]; order.push(b)',
    'b.mjs':
      'import * as a from "./a.mjs"; await null; export const b = "b"; try { a.order } catch (e) { console.log(TELL(e)) }',
  },
});

const exporting = programs('exports', {
  'live bindings': {
    'a.mjs':
      'import { n, up } from "./n.mjs"; console.log(n); up(); console.log(n); export default 0',
    'n.mjs': 'export let n = 0; export const up = () => { n++ }',
  },
  'live bindings through a re-export': {
    'a.mjs': 'import { m, up } from "./r.mjs"; up(); console.log(m); export default 0',
    'r.mjs': 'export { n as m, up } from "./n.mjs"',
    'n.mjs': 'export let n = 0; export const up = () => { n++ }',
  },
  'an imported binding cannot be assigned': {
    'a.mjs':
      'import { n } from "./n.mjs"; try { n = 2 } catch (e) { console.log(TELL(e)) } export default 0',
    'n.mjs': 'export let n = 0',
  },
  'a namespace cannot be changed': {
    'a.mjs':
      'import * as n from "./n.mjs"; try { n.n = 2 } catch (e) { console.log(TELL(e)) } try { delete n.n } catch (e) { console.log(TELL(e)) } console.log(Object.isSealed(n), n[Symbol.toStringTag], Object.getPrototypeOf(n)); export default 0',
    'n.mjs': 'export let n = 0',
  },
  'names of a namespace are sorted': {
    'a.mjs': 'import * as n from "./n.mjs"; console.log(Object.keys(n)); export default 0',
    'n.mjs': 'export const z = 1, a = 2; export default 3; const s = 4; export { s as "a string" }',
  },
  'export * leaves the default out and keeps the own name': {
    'a.mjs': 'import * as n from "./r.mjs"; console.log({ ...n }); export default 0',
    'r.mjs': 'export * from "./n.mjs"; export const own = "r"',
    'n.mjs': 'export default 1; export const x = 2; export const own = "n"',
  },
  'an ambiguous name of two export * is left out': {
    'a.mjs': 'import * as n from "./r.mjs"; console.log(Object.keys(n)); export default 0',
    'r.mjs': 'export * from "./x.mjs"; export * from "./y.mjs"',
    'x.mjs': 'export const both = 1, x = 1',
    'y.mjs': 'export const both = 2, y = 2',
  },
  'an ambiguous name cannot be imported': {
    'a.mjs': 'try { await import("./b.mjs") } catch (e) { console.log(TELL(e)) } export default 0',
    'b.mjs': 'import { both } from "./r.mjs"; console.log(both)',
    'r.mjs': 'export * from "./x.mjs"; export * from "./y.mjs"',
    'x.mjs': 'export const both = 1',
    'y.mjs': 'export const both = 2',
  },
  'the same binding by two ways is not ambiguous': {
    'a.mjs': 'import { x } from "./r.mjs"; console.log(x); export default 0',
    'r.mjs': 'export * from "./one.mjs"; export * from "./two.mjs"',
    'one.mjs': 'export * from "./x.mjs"',
    'two.mjs': 'export * from "./x.mjs"',
    'x.mjs': 'export const x = 1',
  },
  'a missing name': {
    'a.mjs': 'try { await import("./b.mjs") } catch (e) { console.log(TELL(e)) } export default 0',
    'b.mjs': 'import { nope } from "./x.mjs"; console.log(nope)',
    'x.mjs': 'export const x = 1',
  },
  'default and names of CommonJS': {
    'a.mjs':
      'import all, { x } from "./x.cjs"; import * as n from "./x.cjs"; console.log(all, x, n); export default 0',
    'x.cjs': 'exports.x = 1; exports.y = 2',
  },
  'CommonJS by import()': {
    'a.mjs': 'console.log(await import("./x.cjs")); export default 0',
    'x.cjs': 'module.exports = { x: 1, hidden() {} }; module.exports.late = 3',
  },
  'CommonJS with __esModule': {
    'a.mjs': 'import d, * as n from "./x.cjs"; console.log(d, n); export default 0',
    'x.cjs':
      'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = 1; exports.x = 2',
  },
  'CommonJS that exports a function': {
    'a.mjs': 'import f, * as n from "./x.cjs"; console.log(f(), Object.keys(n)); export default 0',
    'x.cjs': 'module.exports = function () { return 1 }; module.exports.x = 2',
  },
  'CommonJS that exports null': {
    'a.mjs': 'import x from "./x.cjs"; console.log(x, await import("./x.cjs")); export default 0',
    'x.cjs': 'module.exports = null',
  },
  'names of CommonJS are copies': {
    'a.mjs': 'import all, { n } from "./x.cjs"; all.up(); console.log(n, all.n); export default 0',
    'x.cjs': 'exports.n = 1; exports.up = () => { exports.n++ }',
  },
  'the same instance by every way': {
    'a.mjs':
      'import d from "./x.cjs"; import * as n from "./e.mjs"; import r from "./r.cjs"; console.log(d === r.x, n === await import("./e.mjs"), n === r.e, (await import("./x.cjs")) === (await import("./x.cjs"))); export default 0',
    'r.cjs': 'exports.x = require("./x.cjs"); exports.e = require("./e.mjs")',
    'x.cjs': 'exports.x = {}',
    'e.mjs': 'export const e = 1',
  },
});

const requiring = programs('require', {
  'an ES module': {
    'a.cjs': 'const m = require("./m.mjs"); console.log(m, m.x, m.__esModule)',
    'm.mjs': 'export const x = 1',
  },
  'an ES module with a default': {
    'a.cjs':
      'const m = require("./m.mjs"); console.log(m.default, m.__esModule, m.x, Object.keys(m))',
    'm.mjs': 'export default 1; export const x = 2',
  },
  'an ES module with a default and __esModule': {
    'a.cjs': 'const m = require("./m.mjs"); console.log(m.default, m.__esModule, Object.keys(m))',
    'm.mjs': 'export default 1; export const __esModule = "own"',
  },
  'an ES module that exports module.exports': {
    'a.cjs': 'console.log(require("./m.mjs"))',
    'm.mjs': 'export default 1; const all = { whole: 1 }; export { all as "module.exports" }',
  },
  'an ES module twice': {
    'a.cjs': 'console.log(require("./m.mjs") === require("./m.mjs"))',
    'm.mjs': 'console.log("m"); export default 1',
  },
  'an ES module, live': {
    'a.cjs': 'const m = require("./m.mjs"); m.up(); console.log(m.n)',
    'm.mjs': 'export let n = 1; export const up = () => { n++ }; export default 0',
  },
  'an ES module that waits': {
    'a.cjs': 'try { require("./m.mjs") } catch (e) { console.log(e.name, e.code) }',
    'm.mjs': 'await null; export default 1',
  },
  'an ES module whose import waits': {
    'a.cjs': 'try { require("./m.mjs") } catch (e) { console.log(e.name, e.code) }',
    'm.mjs': 'import "./w.mjs"; export default 1',
    'w.mjs': 'await null; console.log("never")',
  },
  'the same beside a module that waits': {
    'a.mjs': 'import c from "./c.cjs"; console.log(c); await null; export default 0',
    'c.cjs': 'module.exports = require("./m.mjs").x',
    'm.mjs': 'export const x = 1',
  },
  'order: in place, once': {
    'a.cjs': 'console.log(1); require("./b.cjs"); console.log(3); require("./b.cjs")',
    'b.cjs': 'console.log(2)',
  },
  'JSON, cached and shared with import': {
    'a.cjs':
      'const d = require("./d.json"); d.n++; console.log(require("./d.json").n); import("./d.json", { with: { type: "json" } }).then((m) => console.log(m.default.n))',
    'd.json': '{"n":1}',
  },
  'no microtask runs inside of it': {
    'a.cjs':
      'Promise.resolve().then(() => console.log("microtask")); require("./m.mjs"); console.log("after")',
    'm.mjs': 'console.log("m"); export default 0',
  },
  'a promise that is caught after it': {
    'a.cjs':
      'const p = Promise.reject(new Error("x")); require("./m.mjs"); p.catch((e) => console.log(TELL(e)))',
    'm.mjs': 'export default 0',
  },
});

const failing = programs('failures', {
  'class, code and cause through import()': {
    'a.mjs':
      'try { await import("./r.mjs") } catch (e) { console.log(TELL(e), e instanceof TypeError, e.cause.message) } export default 0',
    'r.mjs':
      'throw Object.assign(new TypeError("t", { cause: new Error("c") }), { code: "E_X" }); export {}',
  },
  'a class of the script’s own, the same object': {
    'a.mjs':
      'import { Own } from "./own.mjs"; try { await import("./r.mjs") } catch (e) { console.log(e instanceof Own, e.extra, e === globalThis.thrown) } export default 0',
    'own.mjs': 'export class Own extends Error { extra = [1] }',
    'r.mjs': 'import { Own } from "./own.mjs"; globalThis.thrown = new Own("x"); throw thrown',
  },
  'thrown values that are no errors': {
    'a.mjs':
      'for (const f of ["s", "n", "u", "o", "y"]) try { await import(`./${f}.mjs`) } catch (e) { console.log(typeof e, String(e), e === globalThis.o) } export default 0',
    's.mjs': 'throw "a text"; export {}',
    'n.mjs': 'throw 5; export {}',
    'u.mjs': 'throw undefined; export {}',
    'o.mjs': 'throw (globalThis.o = { toString() { return "object" } }); export {}',
    'y.mjs': 'throw Symbol("y"); export {}',
  },
  'a module that failed fails again with the same error': {
    'a.mjs':
      'const errors = []; for (let i = 0; i < 3; i++) try { await import("./r.mjs") } catch (e) { errors.push(e) } console.log(errors.length, errors[0] === errors[1], errors[1] === errors[2]); export default 0',
    'r.mjs': 'console.log("once"); throw new Error("r"); export {}',
  },
  'importers of a module that failed': {
    'a.mjs':
      'const errors = []; for (const f of ["p", "q", "r", "p"]) try { await import(`./${f}.mjs`) } catch (e) { errors.push(e) } console.log(errors.length, new Set(errors).size); export default 0',
    'p.mjs': 'import "./r.mjs"; console.log("never")',
    'q.mjs': 'console.log("never"); import "./p.mjs"',
    'r.mjs': 'throw new Error("r"); export {}',
  },
  'two import()s at once': {
    'a.mjs':
      'const all = await Promise.allSettled([import("./r.mjs"), import("./r.mjs"), import("./p.mjs")]); console.log(all.map((one) => one.reason === all[0].reason)); export default 0',
    'p.mjs': 'import "./r.mjs"',
    'r.mjs': 'throw new Error("r"); export {}',
  },
  'after a wait': {
    'a.mjs':
      'const errors = []; for (let i = 0; i < 2; i++) try { await import("./r.mjs") } catch (e) { errors.push(e) } console.log(TELL(errors[0]), errors[0] === errors[1]); export default 0',
    'r.mjs':
      'await new Promise((done) => setTimeout(done, 2)); const x = await Promise.reject(Object.assign(new RangeError("late"), { code: "E_L" })); export {}',
  },
  'two that fail in one turn after a wait': {
    'a.mjs':
      'import { go } from "./go.mjs"; const both = Promise.allSettled([import("./p.mjs"), import("./q.mjs")]); setTimeout(go, 2); for (const { reason } of await both) console.log(TELL(reason)); export default 0',
    'go.mjs': 'export let go; export const gone = new Promise((done) => { go = done })',
    'p.mjs': 'import { gone } from "./go.mjs"; await gone; throw new Error("p")',
    'q.mjs': 'import { gone } from "./go.mjs"; await gone; throw new Error("q")',
  },
  'one fails while its sibling waits': {
    'a.mjs':
      'import { go, gone } from "./go.mjs"; try { await import("./p.mjs") } catch (e) { console.log(TELL(e)) } go(); await gone; await null; export default 0',
    'go.mjs': 'export let go; export const gone = new Promise((done) => { go = done })',
    'p.mjs': 'import "./slow.mjs"; import "./bad.mjs"; console.log("never")',
    'slow.mjs': 'import { gone } from "./go.mjs"; await gone; console.log("slow")',
    'bad.mjs': 'throw new Error("bad"); export {}',
  },
  'CommonJS that threw runs again': {
    'a.cjs':
      'for (let i = 0; i < 2; i++) try { console.log(require("./r.cjs")) } catch (e) { console.log(TELL(e)) }',
    'r.cjs': 'exports.half = 1; globalThis.n = (globalThis.n ?? 0) + 1; throw new Error("r" + n)',
  },
  'CommonJS that threw once and then not': {
    'a.cjs':
      'for (let i = 0; i < 3; i++) try { console.log(require("./r.cjs")) } catch (e) { console.log(TELL(e)) }',
    'r.cjs':
      'exports.n = globalThis.n = (globalThis.n ?? 0) + 1; if (n === 1) throw new Error("first")',
  },
  'CommonJS that threw, by import()': {
    'a.mjs':
      'const errors = []; for (let i = 0; i < 2; i++) try { await import("./r.cjs") } catch (e) { errors.push(e) } console.log(TELL(errors[0]), errors[0] === errors[1]); export default 0',
    'r.cjs':
      'console.log("ran"); exports.half = 1; throw Object.assign(new TypeError("r"), { code: "E_R" })',
  },
  'CommonJS that threw, by import() and require()': {
    'a.mjs':
      'import c from "./c.cjs"; try { await import("./r.cjs") } catch (e) { console.log(TELL(e)) } c(); export default 0',
    'c.cjs':
      'module.exports = () => { try { require("./r.cjs") } catch (e) { console.log(TELL(e)) } }',
    'r.cjs': 'globalThis.n = (globalThis.n ?? 0) + 1; throw new Error("r" + n)',
  },
  'CommonJS that threw below CommonJS': {
    'a.cjs':
      'for (let i = 0; i < 2; i++) try { require("./p.cjs") } catch (e) { console.log(TELL(e)) }',
    'p.cjs': 'console.log("p"); require("./r.cjs")',
    'r.cjs': 'console.log("r"); throw new Error("r")',
  },
  'CommonJS that throws no error': {
    'a.cjs': 'try { require("./r.cjs") } catch (e) { console.log(typeof e, e) }',
    'r.cjs': 'throw "a text"',
  },
  'an ES module that failed, by require()': {
    'a.cjs':
      'const errors = []; for (let i = 0; i < 2; i++) try { require("./r.mjs") } catch (e) { errors.push(e) } console.log(TELL(errors[0]), errors[0] === errors[1]); import("./r.mjs").catch((e) => console.log(e === errors[0]))',
    'r.mjs': 'throw Object.assign(new TypeError("r", { cause: 1 }), { code: "E_R" }); export {}',
  },
  'an ES module that fails in a declaration, by require()': {
    'a.cjs':
      'for (const f of ["v", "d", "p"]) try { require(`./${f}.mjs`) } catch (e) { console.log(TELL(e)) }',
    'v.mjs': 'export const a = 1, b = JSON.parse("{"); export const c = 3',
    'd.mjs': 'export default null.x',
    'p.mjs': 'export let x; if (true) { x = undefined.y }',
  },
  'an ES module that throws no error, by require()': {
    'a.cjs': 'try { require("./p.mjs") } catch (e) { console.log(typeof e, e) }',
    'p.mjs': 'import "./r.mjs"',
    'r.mjs': 'throw "a text"; export {}',
  },
  'an ES module that failed by import(), then require()': {
    'a.cjs':
      'import("./r.mjs").catch((first) => { try { require("./r.mjs") } catch (e) { console.log(e === first, TELL(e)) } })',
    'r.mjs': 'throw new RangeError("r"); export {}',
  },
  'a syntax error in an imported file': {
    'a.mjs':
      'try { await import("./s.mjs") } catch (e) { console.log(e.name, e instanceof SyntaxError) } export default 0',
    's.mjs': '\nexport const x = ;',
  },
  'a syntax error in a required file': {
    'a.cjs':
      'for (let i = 0; i < 2; i++) try { require("./s.cjs") } catch (e) { console.log(e.name, e instanceof SyntaxError) }',
    's.cjs': '\nlet x = ;',
  },
  'a missing file is missing each time': {
    'a.mjs':
      'for (let i = 0; i < 2; i++) try { await import("./nope.mjs") } catch (e) { console.log(e instanceof Error) } export default 0',
  },
  'a rejection that nobody sees does not wait': {
    'a.mjs':
      'const p = import("./r.mjs"); try { await p } catch (e) { console.log(TELL(e)) } console.log("goes on"); export default 0',
    'r.mjs': 'export const x = 1; null.y',
  },
});

const attributes = programs('attributes', {
  'JSON statically': {
    'a.mjs': 'import d from "./d.json" with { type: "json" }; console.log(d); export default 0',
    'd.json': '{"z":[1]}',
  },
  'JSON dynamically': {
    'a.mjs':
      'const m = await import("./d.json", { with: { type: "json" } }); console.log(m, m.default === (await import("./d.json", { with: { type: "json" } })).default); export default 0',
    'd.json': '{"z":[1]}',
  },
  'JSON without them': {
    'a.mjs': 'try { await import("./d.json") } catch (e) { console.log(TELL(e)) } export default 0',
    'd.json': '{}',
  },
  'JSON without them, statically': {
    'a.mjs': 'try { await import("./b.mjs") } catch (e) { console.log(TELL(e)) } export default 0',
    'b.mjs': 'import d from "./d.json"',
    'd.json': '{}',
  },
  'JavaScript as JSON': {
    'a.mjs':
      'try { await import("./b.mjs", { with: { type: "json" } }) } catch (e) { console.log(TELL(e)) } export default 0',
    'b.mjs': 'export default 1',
  },
  'an unknown type': {
    'a.mjs':
      'try { await import("./d.json", { with: { type: "text" } }) } catch (e) { console.log(TELL(e)) } export default 0',
    'd.json': '{}',
  },
  'an unknown key': {
    'a.mjs':
      'try { await import("./d.json", { with: { typo: "json" } }) } catch (e) { console.log(TELL(e)) } export default 0',
    'd.json': '{}',
  },
  'an unknown key, statically': {
    'a.mjs': 'try { await import("./b.mjs") } catch (e) { console.log(TELL(e)) } export default 0',
    'b.mjs': 'import d from "./d.json" with { typo: "json" }',
    'd.json': '{}',
  },
  'a second argument that is none': {
    'a.mjs':
      'for (const options of [undefined, {}, { with: undefined }, { with: {} }, null, 1, "x", { with: 1 }, { with: { type: 1 } }]) try { const { x } = await import("./b.mjs", options); console.log(x) } catch (e) { console.log(TELL(e)) } export default 0',
    'b.mjs': 'export const x = 1',
  },
  'an odd specifier': {
    'a.mjs':
      'for (const specifier of [{ toString: () => "./b.mjs" }, Symbol("s")]) try { console.log((await import(specifier)).x) } catch (e) { console.log(TELL(e)) } export default 0',
    'b.mjs': 'export const x = 1',
  },
  'JSON has no names': {
    'a.mjs': 'try { await import("./b.mjs") } catch (e) { console.log(TELL(e)) } export default 0',
    'b.mjs': 'import { z } from "./d.json" with { type: "json" }',
    'd.json': '{"z":1}',
  },
  'JSON with a byte-order mark': {
    'a.cjs':
      'console.log(require("./d.json")); import("./d.json", { with: { type: "json" } }).then((m) => console.log(m.default))',
    'd.json': '\ufeff{"z":1}',
  },
  'broken JSON': {
    'a.cjs':
      'for (let i = 0; i < 2; i++) try { require("./d.json") } catch (e) { console.log(e.name, e.message.includes("d.json")) }',
    'd.json': '{"a":1,\n"b":}',
  },
  'broken JSON by import()': {
    'a.mjs':
      'try { await import("./d.json", { with: { type: "json" } }) } catch (e) { console.log(e.name, e.message.includes("d.json")) } export default 0',
    'd.json': '{"a":1,\n"b":}',
  },
  'a key that JSON.parse knows and an object does not': {
    'a.cjs':
      'const d = require("./d.json"); console.log(Object.keys(d), Object.getPrototypeOf(d) === Object.prototype)',
    'd.json': '{"__proto__":1}',
  },
});

const ordering = programs('order', {
  'imports are hoisted': {
    'a.mjs':
      'console.log("a"); import "./b.mjs"; console.log(typeof f); function f() {} export default 0',
    'b.mjs': 'console.log("b")',
  },
  'siblings that wait': {
    'a.mjs': 'import "./b.mjs"; import "./c.mjs"; console.log("a"); export default 0',
    'b.mjs': 'console.log("b1"); await null; console.log("b2")',
    'c.mjs': 'console.log("c1"); await null; console.log("c2")',
  },
  'a diamond that waits': {
    'a.mjs': 'import "./b.mjs"; import "./c.mjs"; console.log("a"); export default 0',
    'b.mjs': 'import "./d.mjs"; console.log("b")',
    'c.mjs': 'import "./d.mjs"; console.log("c")',
    'd.mjs': 'console.log("d1"); await null; console.log("d2")',
  },
  'CommonJS between ES modules': {
    'a.mjs':
      'import "./b.mjs"; import "./c.cjs"; import "./d.mjs"; console.log("a"); export default 0',
    'b.mjs': 'console.log("b")',
    'c.cjs': 'console.log("c")',
    'd.mjs': 'console.log("d")',
  },
  'import() one after the other': {
    'a.mjs':
      'const b = import("./b.mjs"); const c = import("./c.mjs"); console.log("a"); await b; await c; export default 0',
    'b.mjs': 'console.log("b")',
    'c.mjs': 'console.log("c")',
  },
  'this, strictness and import.meta': {
    'a.mjs':
      'console.log(this, (function () { return this })(), typeof import.meta, Object.getPrototypeOf(import.meta)); try { undeclared = 1 } catch (e) { console.log(TELL(e)) } export default 0',
  },
  'import.meta': {
    'a.mjs':
      'console.log(Object.keys(import.meta).toSorted(), import.meta === import.meta); import.meta.own = 1; console.log(import.meta.own); import "./b.mjs"; export default 0',
    'b.mjs': 'console.log(import.meta.own, typeof import.meta.resolve("./a.mjs"))',
  },
  'import.meta in a function called before its module': {
    'a.mjs':
      'import "./b.mjs"; export function name() { return import.meta.url.split("/").at(-1) } export default 0',
    'b.mjs': 'import { name } from "./a.mjs"; console.log(name())',
  },
});

const bodies = programs('a static import without export', {
  hoisted: {
    'a.mjs': 'import "./b.js"; export default 0',
    'b.js': 'console.log("b"); import "./c.mjs";',
    'c.mjs': 'console.log("c")',
  },
  live: {
    'a.mjs': 'import "./b.js"; export default 0',
    'b.js':
      'import { n, up } from "./n.mjs"; up(); console.log(n); const now = () => n; up(); console.log(now())',
    'n.mjs': 'export let n = 0; export const up = () => { n++ }',
  },
  strict: {
    'a.mjs': 'import "./b.js"; export default 0',
    'b.js':
      'import "./n.mjs"; try { undeclared = 1 } catch (e) { console.log(TELL(e)) } console.log((function () { return this })(), this)',
    'n.mjs': '',
  },
  'import.meta and names that cannot be assigned': {
    'a.mjs': 'import "./b.js"; export default 0',
    'b.js':
      'import { n } from "./n.mjs"; console.log(typeof import.meta.url); try { n = 1 } catch (e) { console.log(TELL(e)) }',
    'n.mjs': 'export let n = 0',
  },
  'default, names and namespace': {
    'a.mjs': 'import "./b.js"; export default 0',
    'b.js':
      'import d, { n as m, "a string" as s } from "./n.mjs"; import * as all from "./n.mjs"; import x, * as y from "./n.mjs"; console.log(d, m, s, all, x, y === all)',
    'n.mjs': 'export let n = 0; export default 1; export { n as "a string" }',
  },
  'with await, JSON and CommonJS': {
    'a.mjs': 'import "./b.js"; console.log("a"); export default 0',
    'b.js':
      'import d from "./d.json" with { type: "json" };\nimport c, { x } from "./c.cjs";\nawait null; console.log(d, c, x)',
    'c.cjs': 'exports.x = 1',
    'd.json': '[1]',
  },
  'a cycle': {
    'a.mjs':
      'import "./b.js"; export const late = 1; export function early() { return "early" } export default 0',
    'b.js':
      'import { early, late } from "./a.mjs"; console.log(early()); try { late } catch (e) { console.log(TELL(e)) }',
  },
  'an error in it': {
    'a.mjs':
      'const errors = []; for (let i = 0; i < 2; i++) try { await import("./b.js") } catch (e) { errors.push(e) } console.log(TELL(errors[0]), errors[0] === errors[1]); export default 0',
    'b.js':
      'import "./n.mjs"; console.log("ran"); throw Object.assign(new RangeError("b"), { code: "E_B" })',
    'n.mjs': '',
  },
  'an error in what it imports': {
    'a.mjs': 'try { await import("./b.js") } catch (e) { console.log(TELL(e)) } export default 0',
    'b.js': 'import "./n.mjs"; console.log("never")',
    'n.mjs': 'throw new TypeError("n"); export {}',
  },
});

export const modulePrograms: readonly Program[] = [
  ...cycles,
  ...exporting,
  ...requiring,
  ...failing,
  ...attributes,
  ...ordering,
  ...bodies,
];
