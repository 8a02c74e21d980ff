// The same scripts in an isolate and in a visitor's browser: the same values, errors, places and logs.
// All of the contract that can be asked of a browser is in test/faults/browser-sandbox.test.ts.
import { createSandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch, openPage, runIn, serveSandbox } from './page.support.ts';

const params = { a: 41, list: [1, 2] };

/** Scripts of every shape, by what they show. */
const scripts: Readonly<Record<string, string>> = {
  'plain statements': 'const x = params.a;\nx + 1',
  'a function named execute':
    'async function execute({ a }, context) { return [a, Object.keys(context)] }',
  CommonJS: 'module.exports = async (params) => params.list',
  'an ES module': 'export default (params, { env }) => [params.a, env, import.meta.url]',
  'a module that waits':
    'const x = await new Promise((r) => setTimeout(r, 1, 7)); export default () => x',
  'nothing to call': 'export const x = 1',
  'the globals that there are': 'Object.getOwnPropertyNames(globalThis).sort()',
  'what the console shows':
    'console.log({ a: [1, { b: new Map([[1, new Set(["x"])]]) }] }, Symbol("s"), 1n, -0, class A {}, () => 1);' +
    'console.error(new TypeError("shown")); console.table([{ a: 1, b: "x" }]); console.log("%s %d %j", "a", 1, {});' +
    'console.group("in"); console.warn("deeper"); console.groupEnd(); console.count(); console.assert(false, "no")',
  'objects of the platform':
    'console.log(new URL("http://a/b?c=1#d"), new Headers({ a: "1" }), new Response("x"), [new Blob(["x"])]);' +
    '[btoa("a"), new TextDecoder().decode(new TextEncoder().encode("ü")), structuredClone(new Date(0)),' +
    'await new Response("[1]").json(), new URLPattern({ pathname: "/:a" }).exec("http://x/1").pathname.groups.a]',
  'large texts and bytes':
    'const text = "ü€x".repeat(4_000); const bytes = await new Blob([text]).arrayBuffer();' +
    '[bytes.byteLength, (await new Response(text).text()) === text, btoa("x".repeat(9_001)).length,' +
    'new TextDecoder().decode(bytes) === text, atob(btoa("y".repeat(9_000))).length]',
  'timers that are due':
    'setTimeout(() => console.log("b"), 0); queueMicrotask(() => console.log("a")); 0',
  'a value that is no JSON': 'return { deep: [new Map()] }',
  'an incidental value that is no JSON': 'new Set([1])',
  'a value that is too large': 'return "x".repeat(2_000_000)',
  'an error with its place':
    'const f = (n) => {\n  if (n === 0) throw new RangeError("deep");\n  return f(n - 1);\n};\nf(2)',
  'an error of a module': 'export default function main(p) {\n  return p.missing.field;\n}',
  'an error in a timer': 'setTimeout(() => { throw new Error("late") }, 1); 1',
  'a rejection that nobody handles':
    'Promise.reject(Object.assign(new Error("alone"), { code: "E1" })); 1',
  'what is thrown and no error': 'throw { a: [1] }',
  'causes and several errors':
    'throw new AggregateError([new Error("one"), 2], "both", { cause: new TypeError("why") })',
  'a syntax error': 'const a = 1;\nlet b = ;',
  'a syntax error of a module': 'export default 1;\nwith ({}) {}',
  'a text without end': 'const s = `open',
  'a stack that the script reads': 'function g() { return new Error("x").stack }\n[g()]',
  'timers in their order':
    'setTimeout(() => console.log(2), 50); setTimeout(() => console.log(1), 1); 0',
  'what is dropped at the end': 'setTimeout(() => {}, 1e6); return 1',
  'a wait that nothing can end': 'const never = new Promise(() => {});\nawait never',
  'what it goes on for, after a second': 'setTimeout(() => console.log("end"), 1_100); 1',
  'a request':
    'try { await fetch("http://a.example/") } catch (e) { console.log(e.name, e.message) }',
  'a file that is not there': 'require("./x.js")',
  'a built-in that is denied, caught': 'import("node:fs").catch((e) => [e.name, e.code])',
  'what only Node has': 'Buffer.from("a")',
  'code that is made':
    '[eval("1 + 1"), new Function("a", "return a * 2")(4), await eval("(async () => 3)()")]',
  progress: 'progress(0.5, "half"); progress(2)',
  'the text of a function with import()': 'const f = () => import("x"); String(f)',
};

test('a script does the same in a browser as in an isolate', async (t) => {
  await using site = await serveSandbox();
  await using sandbox = await createSandbox({ modules: [] });
  const browser = await launch();
  try {
    const page = await openPage(browser, site);
    const seen = (run: object): object => {
      const { status, reason, value, error, logs } = run as Awaited<ReturnType<typeof runIn>>;
      const lines = logs.map(({ stream, level, text }) => ({ stream, level, text }));
      return { fields: Object.keys(run).toSorted(), status, reason, value, error, lines };
    };
    for (const [name, source] of Object.entries(scripts)) {
      await t.test(name, async () => {
        const [here, there] = await Promise.all([
          runIn(page, source, { params }),
          sandbox.run(source, { params }),
        ]);
        assert.deepEqual(seen(here), seen(there));
      });
    }
  } finally {
    await browser.close();
  }
});
