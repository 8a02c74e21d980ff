import assert from 'node:assert/strict';
import { forEachEngine, texts } from './contract.support.ts';

/** Statements, and what they print in Node. */
const printed: Readonly<Record<string, string>> = {
  'console.log(Promise.resolve(5))': 'Promise { 5 }',
  'console.log(new Promise(() => {}))': 'Promise { <pending> }',
  'const p = Promise.reject(7); p.catch(() => {}); console.log(p)': 'Promise { <rejected> 7 }',
  'console.log({ a: Promise.resolve({ b: [1] }) }, [Promise.resolve()])':
    '{ a: Promise { { b: [Array] } } } [ Promise { undefined } ]',
  'class Mine extends Promise {} console.log(Mine.resolve("x"))': "Mine [Promise] { 'x' }",
  'console.log(Object.assign(Promise.resolve(1), { extra: 2 }))': 'Promise { 1, extra: 2 }',
  'let own; const p = new Promise((done) => (own = done)); own({ p }); console.log(p)':
    '<ref *1> Promise { { p: [Circular *1] } }',
  'console.log(new Proxy(Promise.resolve(1), {}), Object.create(Promise.prototype))':
    'Promise { 1 } Promise {}',
  'console.log({ then() {} })': '{ then: [Function: then] }',
  'console.log((async () => 1)(), (async () => { await 0 })())':
    'Promise { 1 } Promise { <pending> }',
  'console.log("%o and %s", Promise.resolve(1), Promise.resolve(2))':
    'Promise { 1 } and Promise { 2 }',
  'const it = new Map([[1, { a: 2 }], ["b", 3]]).entries(); it.next(); console.log(it); console.log([...it].length)':
    "[Map Entries] { [ 'b', 3 ] }\n1",
  'console.log(new Map([[1, 2]]).keys(), new Set([3]).values(), new Set([4]).entries())':
    '[Map Iterator] { 1 } [Set Iterator] { 3 } [Set Entries] { [ 4, 4 ] }',
  'console.dir(new WeakSet([{ n: 1 }]), { showHidden: true }); console.log(new WeakSet([{}]))':
    'WeakSet { { n: 1 } }\nWeakSet { <items unknown> }',
  'console.dir(new WeakMap([[{}, "two"]]), { showHidden: true })': "WeakMap { {} => 'two' }",
  'const it = [1][Symbol.iterator](); console.log(it)': 'Object [Array Iterator] {}',
  'console.log(new Float16Array([1.5, 2]), [new Float16Array(0)])':
    'Float16Array(2) [ 1.5, 2 ] [ Float16Array(0) [] ]',
  "console.log(new ReadableStream(), new ReadableStream({ type: 'bytes' }))":
    "ReadableStream { locked: false, state: 'readable', supportsBYOB: false } ReadableStream { locked: false, state: 'readable', supportsBYOB: true }",
  'const s = new ReadableStream(); console.log(s.getReader()); console.log(s)':
    "ReadableStreamDefaultReader {\n  stream: ReadableStream { locked: true, state: 'readable', supportsBYOB: false },\n  readRequests: 0,\n  close: Promise { <pending> }\n}\nReadableStream { locked: true, state: 'readable', supportsBYOB: false }",
  'console.log(new ReadableStream({ start(c) { c.close(); console.log(c) } }), new ReadableStream({ start(c) { c.error(1) } }))':
    "ReadableStreamDefaultController {}\nReadableStream { locked: false, state: 'closed', supportsBYOB: false } ReadableStream { locked: false, state: 'errored', supportsBYOB: false }",
  'console.log(new WritableStream().getWriter())':
    "WritableStreamDefaultWriter {\n  stream: WritableStream { locked: true, state: 'writable' },\n  close: Promise { <pending> },\n  ready: Promise { undefined },\n  desiredSize: 1\n}",
  'console.log(new TransformStream())':
    "TransformStream {\n  readable: ReadableStream { locked: false, state: 'readable', supportsBYOB: false },\n  writable: WritableStream { locked: false, state: 'writable' },\n  backpressure: true\n}",
  "console.log(new CompressionStream('gzip'))":
    "CompressionStream {\n  readable: ReadableStream { locked: false, state: 'readable', supportsBYOB: false },\n  writable: WritableStream { locked: false, state: 'writable' }\n}",
  'console.log(new TextDecoderStream())':
    "TextDecoderStream {\n  encoding: 'utf-8',\n  fatal: false,\n  ignoreBOM: false,\n  readable: ReadableStream { locked: false, state: 'readable', supportsBYOB: false },\n  writable: WritableStream { locked: false, state: 'writable' }\n}",
  'console.log(new CountQueuingStrategy({ highWaterMark: 2 }))':
    'CountQueuingStrategy { highWaterMark: 2 }',
  "console.log(new TextEncoder(), new TextDecoder('latin1', { fatal: true }))":
    "{ encoding: 'utf-8' } TextDecoder { encoding: 'windows-1252', fatal: true, ignoreBOM: false }",
  'class Mine extends TextDecoder {} class Own extends ReadableStream {} console.log(new Mine(), new Own())':
    "Mine { encoding: 'utf-8', fatal: false, ignoreBOM: false } ReadableStream { locked: false, state: 'readable', supportsBYOB: false }",
  "console.log(new Response('x').body, new Response('x').body.constructor.name)":
    "ReadableStream { locked: false, state: 'readable', supportsBYOB: true } ReadableStream",
  "console.log(performance.mark('m', { startTime: 1 }))":
    "PerformanceMark {\n  name: 'm',\n  entryType: 'mark',\n  startTime: 1,\n  duration: 0,\n  detail: null\n}",
  "console.log(new Request('http://a.test/'))":
    "Request {\n  method: 'GET',\n  url: 'http://a.test/',\n  headers: Headers {},\n  destination: '',\n  referrer: 'about:client',\n  referrerPolicy: '',\n  mode: 'cors',\n  credentials: 'same-origin',\n  cache: 'default',\n  redirect: 'follow',\n  integrity: '',\n  keepalive: false,\n  isReloadNavigation: false,\n  isHistoryNavigation: false,\n  signal: AbortSignal { aborted: false }\n}",
  "try { new URL('nope', 'x:y') } catch (e) { console.log(JSON.stringify(e), String(e)) }":
    '{"code":"ERR_INVALID_URL","input":"nope","base":"x:y"} TypeError: Invalid URL',
  "try { new URL('nope') } catch (e) { console.log({ ...e }) }":
    "{ code: 'ERR_INVALID_URL', input: 'nope' }",
  "try { new URL('http://a.test').href = 'nope' } catch (e) { console.log({ ...e }) }":
    "{ code: 'ERR_INVALID_URL', input: 'nope' }",
  "try { new Request('nope') } catch (e) { console.log(e.message, e.cause.code) }":
    'Failed to parse URL from nope ERR_INVALID_URL',
  "try { atob('*') } catch (e) { console.log(e instanceof DOMException, e.name, e.message) }":
    'true InvalidCharacterError Invalid character',
  "try { atob('abc=d') } catch (e) { console.log(e instanceof DOMException, e.name, e.message) }":
    'true InvalidCharacterError Invalid character',
  "try { atob('====') } catch (e) { console.log(e instanceof DOMException, e.name, e.message) }":
    'true InvalidCharacterError Invalid character',
  "try { atob('abcde') } catch (e) { console.log(e instanceof DOMException, e.name, e.message) }":
    'true InvalidCharacterError The string to be decoded is not correctly encoded.',
};

forEachEngine(({ contract, sandboxForFile }) => {
  const sandbox = sandboxForFile();

  for (const [statements, text] of Object.entries(printed)) {
    contract(`${statements} prints ${text}`, async () => {
      assert.equal(texts(await sandbox().run(`${statements}\nreturn 1`)).join('\n'), text);
    });
  }

  contract('a rejected promise that is printed is as unhandled as before', async () => {
    const left = await sandbox().run(
      'const p = Promise.reject(new Error("left")); console.log(p); await 0; await new Promise((done) => setTimeout(done, 5)); return 1',
    );
    assert.deepEqual([left.reason, left.error?.message], ['uncaught_exception', 'left']);
    const handled = await sandbox().run(
      'const p = Promise.reject(new Error("left")); console.log(p); return p.catch(() => "handled")',
    );
    assert.equal(handled.value, 'handled');
  });

  contract('a promise that is printed while it is pending settles as before', async () => {
    const run = await sandbox().run(
      'const p = new Promise((done) => setTimeout(done, 1, "late")); console.log(p); return p',
    );
    assert.deepEqual([run.value, texts(run)], ['late', ['Promise { <pending> }']]);
  });
});
