import { test } from 'node:test';
import { sameAsNode } from '../same-as-node.support.ts';

const name = `const name = async (work) => { try { return await work(); } catch (error) { return error.name; } };`;

test('the classes of fetch behave as in Node', async (t) => {
  await sameAsNode(
    t,
    [
      // Headers
      `const h = new Headers([['b', '1'], ['A', ' x '], ['b', '2'], ['Set-Cookie', 'p'], ['set-cookie', 'q']]);
      h.append('c', '3'); h.set('A', 'y'); h.delete('c'); return [[...h], h.get('B'), h.has('x'), h.getSetCookie(), [...h.keys()]]`,
      `return [...new Headers({ z: 1, y: null, 'x-a': ['p', 'q'] })]`,
      `return Promise.all([['a b', 'x'], ['a', 'x\\ny'], ['\\u0100', 'x'], ['a', '\\u0100'], ['', 'x'], ['a', 'x\\0']].map(([k, v]) => name(() => void new Headers([[k, v]]))))`,
      `return Promise.all([null, 5, 'text', [['a']], [['a', 'b', 'c']], [5]].map((init) => name(() => void new Headers(init))))`,
      `const seen = []; new Headers({ a: 'b' }).forEach((value, key, self) => seen.push([value, key, self instanceof Headers])); return seen`,
      `const it = new Headers({ a: 'b' }).entries(); return [Object.prototype.toString.call(it), [...it], typeof it.next]`,
      // FormData
      `const f = new FormData(); f.append('a', '1'); f.append('b', 2); f.append('a', new Blob(['x'], { type: 't/y' })); f.set('b', new File(['q'], 'q.txt'), 'r.txt');
      return [[...f].map(([k, v]) => [k, typeof v === 'string' ? v : [v.name, v.size, v.type]]), f.getAll('a').length, f.has('zz'), f.get('zz')]`,
      `const f = new FormData(); f.append('x', '1'); f.append('y', '2'); f.append('x', '3'); f.set('x', '4'); f.delete('y'); return [...f]`,
      `const f = new FormData(); return Promise.all([() => f.append('a'), () => f.append('a', 'b', 'c'), () => new FormData(5)].map(name))`,
      `const f = new FormData(); f.append('a\\n"b', 'line\\nline'); f.append('f', new File(['\\u00e9'], 'n"\\r.txt', { type: 'a/b' }));
      const text = await new Response(f).text(); return text.replace(/----[-A-Za-z0-9]+/g, 'BOUNDARY')`,
      `const f = new FormData(); f.append('a', '\\u00fc'); f.append('f', new File(['x', new Uint8Array([0, 255])], '\\u00fc.bin'));
      const g = await new Response(f).formData(); return [g.get('a'), g.get('f').name, g.get('f').type, [...new Uint8Array(await g.get('f').arrayBuffer())]]`,
      `return [...await new Response('a=1&b=%20+x&a=2', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }).formData()]`,
      `return Promise.all([['x', 'text/plain'], ['--b\\r\\n', 'multipart/form-data; boundary=b'], ['x', 'multipart/form-data']].map(([body, type]) =>
      name(() => new Response(body, { headers: { 'content-type': type } }).formData())))`,
      // Response
      `const r = new Response('h\\u00e9', { status: 201, statusText: 'Made', headers: { x: 'y' } });
      return [r.status, r.statusText, r.ok, r.type, r.url, r.redirected, [...r.headers], r.bodyUsed, await r.text(), r.bodyUsed, await name(() => r.text())]`,
      `return [...new Response(new URLSearchParams({ a: 'b c' })).headers, await new Response(new URLSearchParams({ a: 'b c' })).text()]`,
      `return Promise.all([new Blob(['b'], { type: 'x/y' }), new Uint8Array([65, 66]), new Uint8Array([65]).buffer, ReadableStream.from([new Uint8Array([67])]), { toString: () => 'obj' }, null, undefined, 5]
      .map(async (body) => { const r = new Response(body); return [r.headers.get('content-type'), await r.text()]; }))`,
      `const r = Response.json({ a: [1] }, { status: 418 }); return [r.status, r.headers.get('content-type'), await r.json()]`,
      `const r = Response.redirect('http://x/y\\u00e9', 307); return [r.status, r.headers.get('location'), await name(() => r.headers.set('a', 'b'))]`,
      `const r = Response.error(); return [r.type, r.status, r.ok, r.body, await name(() => Response.redirect('http://x/', 200)), await name(() => Response.redirect('::'))]`,
      `return Promise.all([{ status: 99 }, { status: 600 }, { status: 'x' }, { statusText: 'a\\nb' }, { status: 204 }, 5].map((init) => name(() => void new Response('x', init))))`,
      `return [await name(() => Response.json(undefined)), await name(() => new Response('{').json()), await new Response('\\ufeffx').text()]`,
      `const r = new Response('abc'); const c = r.clone(); return [await r.text(), await c.text(), await name(() => r.clone())]`,
      `const r = new Response(ReadableStream.from([new Uint8Array([65]), new Uint8Array([66])])); const c = r.clone(); return [await r.text(), [...await c.bytes()]]`,
      `return name(() => new Response(ReadableStream.from(['text'])).text())`,
      `const r = new Response('x'); const reader = r.body.getReader(); return [r.bodyUsed, await name(() => r.text()), r.body.locked]`,
      `const r = new Response('x'); await r.text(); return [r.body.locked, r.bodyUsed]`,
      `const b = await new Response('x', { headers: { 'Content-Type': 'TEXT/html; Charset="utf-8"' } }).blob(); return [b.type, b.size]`,
      // Request
      `const r = new Request('http://a/b?c#d', { method: 'post', body: 'x', headers: { q: 'r' }, redirect: 'manual', credentials: 'include', mode: 'cors', cache: 'no-store', integrity: 'i', keepalive: true });
      return [r.url, r.method, [...r.headers], r.redirect, r.credentials, r.mode, r.cache, r.integrity, r.keepalive, r.signal.aborted, await r.text()]`,
      `const r = new Request('http://a'); return [r.method, r.redirect, r.credentials, r.mode, r.cache, r.referrer, r.referrerPolicy, r.destination, r.duplex, r.body, r.keepalive, r.integrity]`,
      `const r = new Request(new Request('http://a', { method: 'PUT', body: 'x', headers: { a: 'b' } }), { headers: { c: 'd' } }); return [r.method, [...r.headers], await r.text()]`,
      `const one = new Request('http://a', { method: 'POST', body: 'x' }); const two = new Request(one); return [one.bodyUsed, two.bodyUsed, await two.text(), await name(() => new Request(one))]`,
      `return Promise.all([['nope'], ['http://u:p@a'], ['http://a', { method: 'a b' }], ['http://a', { method: 'TRACE' }], ['http://a', { body: 'x' }], ['http://a', { redirect: 'x' }],
      ['http://a', { signal: {} }], ['http://a', { mode: 'navigate' }], ['http://a', { window: 5 }], ['http://a', { method: 'POST', body: new ReadableStream() }], ['http://a', 5], []]
      .map((args) => name(() => void new Request(...args))))`,
      `const c = new AbortController(); const r = new Request('http://a', { signal: c.signal }); const k = r.clone(); c.abort('why'); return [r.signal.reason, k.signal.reason, r.signal === c.signal]`,
      `return ['patch', 'delete', 'Options', 'cHaOs'].map((method) => new Request('http://a', { method }).method)`,
      `const r = new Request('http://a', { method: 'POST', duplex: 'half', body: ReadableStream.from([new Uint8Array([66])]) }); const c = r.clone(); return [await r.text(), await c.text()]`,
      `const f = new Request('http://a', { method: 'POST', body: new FormData() }); return /^multipart\\/form-data; boundary=/.test(f.headers.get('content-type'))`,
      // fetch without a network
      `return Promise.all(['data:,a%20b', 'data:text/html;charset=x;base64,YQ', 'data:;base64,YW I=', 'data:text/plain;foo=bar,x#frag'].map(async (url) => { const r = await fetch(url); return [r.status, r.headers.get('content-type'), await r.text(), r.ok] }))`,
      `return Promise.all(['data:x', 'data:;base64,*', 'nope:x', 'http://a:22/', 'about:blank', '::'].map((url) => name(() => fetch(url))))`,
      `return fetch('data:,x', { signal: AbortSignal.abort('why') }).catch((reason) => reason)`,
    ].map((program) => name + program),
  );
});
