import type { Source } from '@castellan/sandbox';
import { sync } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { forEachEngine } from './contract.support.ts';

/** Scripts that fail, print stacks, or show texts of what they were given. */
const scripts: Readonly<Record<string, Source>> = {
  lastExpr: 'throw0();\nfoo.bar.baz(1)',
  fstr: 'function a(){}; const m = () => import("./x.js"); return [a.toString(), m.toString(), (async () => import("y")).toString()]',
  cyc: 'const a = {}; a.a = a; return a',
  map: 'return new Map()',
  helperMap: 'return echo(new Map())',
  helperFail: 'await fails()',
  helperSync: 'failsSync()',
  stack:
    'console.log(new Error("x").stack); setTimeout(() => console.log(new Error("in timer").stack), 1); queueMicrotask(() => console.log(new Error("micro").stack)); await new Promise(r => setTimeout(r, 20)); return 1',
  trace: 'function f() { console.trace("here"); } f(); [1].forEach(() => console.trace("n"))',
  listener:
    'const t = new EventTarget(); t.addEventListener("x", () => console.log(new Error("in listener").stack)); t.dispatchEvent(new Event("x"));',
  url: 'new URL("nope")',
  clone: 'structuredClone(() => 1)',
  fetchBad: 'await fetch("http://example.com")',
  fetchBad2: 'await fetch("nope:")',
  fetchS: 'await fetch("https://example.com")',
  prep: 'Error.prepareStackTrace = (e, s) => s.map((x) => String(x)); console.log(new Error("p").stack); console.log(Error.prepareStackTrace.toString()); return 1',
  fnText:
    'return [fetch, console.log, setTimeout, structuredClone, URL, echo, params, artifacts.write, Error.prepareStackTrace, atob, require, Promise].map((f) => String(f))',
  unk: 'Buffer',
  json: 'JSON.parse("{")',
  art: 'await artifacts.write("a", {})',
  prog: 'progress(5)',
  req: 'require("axios/x")',
  req2: 'try { require("./y.js") } catch (e) { console.log(e.stack, e) } return 1',
  imp: 'try { await import("./y.js") } catch (e) { console.log(e.stack, e) } return 1',
  axios: 'const axios = require("axios"); await axios.get("http://example.com")',
  weird: 'new Response("x", { status: 1 })',
  hdr: 'new Headers([["a"]])',
  blob: 'new Blob(1)',
  abort: 'AbortSignal.abort().throwIfAborted()',
  timeout: 'setTimeout(1)',
  crypto: 'await crypto.subtle.digest("nope", new Uint8Array())',
  enc: 'new TextDecoder("nope")',
  stream: 'new ReadableStream({ start(c) { throw new Error("in start") } })',
  overflow: 'function f() { f() } f()',
  syn: 'const a = ;',
  synT: { files: { 'a.ts': 'const a: = 1' }, entry: 'a.ts' },
  mod: {
    files: {
      'a.mjs': 'import { x } from "./b.mjs"; export default 1',
      'b.mjs': 'export const y = 1',
    },
    entry: 'a.mjs',
  },
  keys: 'return [Object.getOwnPropertyNames(globalThis).filter((n) => /castell|imp_|ivm|isolated/i.test(n)), Reflect.ownKeys(globalThis).filter((k) => typeof k === "symbol").map(String)]',
  callee: '(function () { console.log(new Error("callee").stack) })(); return typeof require.cache',
  gen: 'async function execute() { throw new RangeError("in execute") }',
  assert: 'console.assert(false, new Error("asserted"))',
  unhandled: 'Promise.reject(new Error("lost")); await new Promise(r => setTimeout(r, 50))',
  rejObj: 'Promise.reject({ a: 1 }); await new Promise(r => setTimeout(r, 50))',
  zlib: 'require("zlib").gunzipSync(new Uint8Array(3))',
  buf: 'Buffer.alloc(-1)',
  noEntry: 'function a() {}',
  util: 'console.log(require("util").inspect(new Error("u")))',
};

/** Names of files and variables of ours, doubled escapes, and words of proxies. */
const forbidden =
  /castellan:|castellan\/|isolated-vm|imp__|\[unenv\]|node-runner|prelude|node:internal|Failed to establish|\\\\"/;

forEachEngine(({ engine, contract, sandboxForFile }) => {
  const sandbox = sandboxForFile({
    helpers: {
      echo: (value: unknown) => value,
      fails: () => {
        throw Object.assign(new TypeError('no /etc/x'), { code: 'E' });
      },
      failsSync: sync(() => {
        throw new Error('s');
      }),
    },
    ...(engine === 'isolate' ? { modules: ['*', 'node:zlib', 'node:buffer', 'node:util'] } : {}),
  });

  for (const [name, source] of Object.entries(scripts)) {
    contract(`no word of ours reaches an author: ${name}`, async () => {
      const { error, value, logs } = await sandbox().run(source);
      const told = JSON.stringify([error, value, logs.map(({ text }) => text)]);
      assert.doesNotMatch(told, forbidden);
    });
  }
});
