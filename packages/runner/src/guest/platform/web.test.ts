import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guest } from './guest.support.ts';

/**
 * Statements that return a JSON value. Each runs in the guest and in Node, whose implementations of
 * the same standards are the reference.
 */
const same = [
  // URL
  `return new URL('../c?x=1#y', 'https://u:p@example.org:8080/a/b').href`,
  `return ['http://EXAMPLE.com:80/%7Efoo/../bar', 'file:///C:/a', 'http://[::1]:3000/', 'http://0x7f.1/', 'data:text/plain,x']
    .map((text) => { const { href, origin, host, pathname } = new URL(text); return { href, origin, host, pathname }; })`,
  `return ['http://b\\u00fccher.example/', 'http://xn--bcher-kva.example/', 'http://\\u2603.net/', 'https://fa\\u00df.de/',
    'http://\\u{1f4a9}.la/', 'http://ab\\u0338c.de'].map((text) => URL.canParse(text) && new URL(text).host)`,
  `return ['http://xn--a/', 'http://a b/', 'nope', '', 'http://', 'http://[::1', 'http://a:99999/'].map((text) => {
    try { return new URL(text).href; } catch (error) { return error.name; } })`,
  `const u = new URL('http://a/'); u.port = '8080'; u.hash = 'h'; u.pathname = '/\\u00e9 x'; u.search = '?q=\\u00fc';
    u.searchParams.append('r', 's t'); u.protocol = 'https'; return [u.href, JSON.stringify(u), URL.parse('x') === null]`,
  `const p = new URLSearchParams([['b', '1'], ['a', '2'], ['b', '3']]); p.sort(); p.delete('b', '1');
    return [p.toString(), p.size, [...p], p.has('a', '2'), p.getAll('b'), new URLSearchParams('?x=%20+%F0%9F%98%80').get('x')]`,
  // encodings
  `return [...new TextEncoder().encode('h\\u00e9\\u20ac\\u{1f600}\\ud800')]`,
  `return new TextEncoder().encodeInto('a\\u20acb', new Uint8Array(4))`,
  `return new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x68, 0xc3, 0xa9, 0xff, 0xf0, 0x9f]))`,
  `const d = new TextDecoder(); return [[0xf0, 0x9f], [0x98], [0x80, 0x41]].map((part) =>
    d.decode(new Uint8Array(part), { stream: true })).concat(d.decode())`,
  `try { new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])); } catch (error) { return error.name; }`,
  `try { new TextDecoder('nonsense'); } catch (error) { return error.name; }`,
  `const { encoding, fatal, ignoreBOM } = new TextDecoder('UTF-16', { ignoreBOM: true }); return [encoding, fatal, ignoreBOM]`,
  `return [['shift_jis', [0x82, 0xa0]], ['gbk', [0xc4, 0xe3]], ['utf-16le', [0x41, 0, 0x3d, 0xd8]], ['koi8-r', [0xc1]],
    ['euc-kr', [0xb0, 0xa1]]].map(([label, bytes]) => new TextDecoder(label).decode(new Uint8Array(bytes)))`,
  `return new TextDecoder().decode(new DataView(new Uint8Array([1, 0x41, 0x42]).buffer, 1))`,
  // base64
  `return ['', 'a', 'ab', 'abc', '\\u00ff\\u0000', 123, null].map((text) => btoa(text))`,
  `return ['', 'YQ==', 'YQ', ' Y W\\nI= ', 'YR==', 'YWJj', null, 12].map((text) => atob(text))`,
  `return ['Y', 'Y===', 'YQ=', 'YQ=a', '*', 'YWJ\\u00e9', '=', 'YWJj='].map((text) => {
    try { return atob(text); } catch (error) { return [error.name, error.code]; } })`,
  `try { btoa('\\u0100'); } catch (error) { return [error.name, error.code]; }`,
  // DOMException
  `const e = new DOMException('m', 'NotFoundError'); return [e.name, e.message, e.code, String(e), e instanceof Error,
    Object.prototype.toString.call(e), DOMException.ABORT_ERR, e.URL_MISMATCH_ERR, 'stack' in e, Object.keys(e)]`,
  `const e = new DOMException('m', { name: 'Mine', cause: 5 }); return [e.name, e.code, e.cause, new DOMException().message]`,
  `const { get } = Object.getOwnPropertyDescriptor(DOMException.prototype, 'code'); try { get.call({}); } catch (error) { return error.name; }`,
  `const e = new DOMException('m', 'SyntaxError'); Object.defineProperty(e, 'name', { value: 'NotFoundError' }); return e.code`,
  `return Object.getOwnPropertyDescriptor(DOMException.prototype, 'name').enumerable`,
  `return Object.getOwnPropertyNames(DOMException).filter((name) => name.endsWith('_ERR')).sort()`,
  // events
  `const seen = []; const t = new EventTarget(); const log = (n) => (e) => seen.push([n, e.type, e.eventPhase, e.target === t]);
    const twice = log('twice'); t.addEventListener('x', twice); t.addEventListener('x', twice);
    t.addEventListener('x', log('once'), { once: true }); t.addEventListener('x', { handleEvent: log('object') });
    t.addEventListener('x', log('removed'), true); const r = log('gone'); t.addEventListener('x', r); t.removeEventListener('x', r);
    t.addEventListener('x', null); t.dispatchEvent(new Event('x')); t.dispatchEvent(new Event('x')); return seen.map(([n]) => n).sort()`,
  `const t = new EventTarget(); const seen = []; t.addEventListener('x', (e) => { seen.push(1); e.stopImmediatePropagation(); });
    t.addEventListener('x', () => seen.push(2)); t.dispatchEvent(new Event('x')); return seen`,
  `const t = new EventTarget(); t.addEventListener('x', (e) => e.preventDefault());
    return [t.dispatchEvent(new Event('x')), t.dispatchEvent(new Event('x', { cancelable: true }))]`,
  `const t = new EventTarget(); t.addEventListener('x', (e) => e.preventDefault(), { passive: true });
    return t.dispatchEvent(new Event('x', { cancelable: true }))`,
  `const t = new EventTarget(); const c = new AbortController(); let n = 0;
    t.addEventListener('x', () => n++, { signal: c.signal }); t.dispatchEvent(new Event('x')); c.abort();
    t.dispatchEvent(new Event('x')); return n`,
  `const t = new EventTarget(); try { t.dispatchEvent({ type: 'x' }); } catch (error) { return error.name; }`,
  `const e = new CustomEvent('c', { detail: { a: 1 }, bubbles: true }); return [e.detail, e.bubbles, e.type, e instanceof Event]`,
  `const c = new AbortController(); const seen = []; c.signal.addEventListener('abort', (e) => seen.push(e.isTrusted)); c.abort(); return seen`,
  `const t = new EventTarget(); const read = []; const options = { get passive() { read.push('passive'); }, get once() { read.push('once'); } };
    t.addEventListener('x', null, {}); return [null, 5].map((signal) => { try { t.addEventListener('x', () => {}, { signal }); return 'none'; } catch (error) { return error.name; } })`,
  `class Mine extends EventTarget { v = 1 } let got; const m = new Mine(); m.addEventListener('z', (e) => { got = e.currentTarget.v; });
    m.dispatchEvent(new Event('z')); return got`,
  // abort
  `const c = new AbortController(); const seen = []; c.signal.onabort = (e) => seen.push(e.type); c.signal.addEventListener('abort', () => seen.push('l'));
    c.abort(); c.abort('again'); return [seen, c.signal.aborted, c.signal.reason.name, c.signal.reason.code]`,
  `const s = AbortSignal.abort('why'); try { s.throwIfAborted(); } catch (reason) { return [reason, s.aborted]; }`,
  `const a = new AbortController(); const b = new AbortController(); const any = AbortSignal.any([a.signal, b.signal]);
    const nested = AbortSignal.any([any]); const seen = []; nested.onabort = () => seen.push('nested'); any.onabort = () => seen.push('any');
    b.abort('b'); a.abort('a'); return [any.reason, nested.reason, seen.sort(), AbortSignal.any([]).aborted]`,
  `try { new AbortSignal(); } catch (error) { return error.name; }`,
  `try { AbortSignal.timeout(-1); } catch (error) { return error instanceof Error; }`,
];

test('the web platform behaves as in Node', async (t) => {
  using guest = new Guest();
  for (const statements of same) {
    await t.test(statements, () => {
      const expected: unknown = new Function(statements)();
      assert.deepEqual(guest.run(statements), JSON.parse(JSON.stringify(expected)));
    });
  }
});

test('AbortSignal.timeout aborts on time and is not counted as a timer of the script', () => {
  using guest = new Guest();
  guest.run(`AbortSignal.timeout(30).onabort = ({ target }) => console.log(target.reason.name)`);
  assert.deepEqual([guest.pendingTimers(), guest.alarm], [0, 30]);
  guest.fireAll();
  assert.deepEqual(guest.lines, [{ level: 'info', text: 'TimeoutError' }]);
});

test('dispatchEvent gives what a listener throws to onError and goes on', () => {
  using guest = new Guest();
  guest.run(`
    const t = new EventTarget();
    t.addEventListener('x', () => { throw 'from listener'; });
    t.addEventListener('x', { handleEvent: 1 });
    t.addEventListener('x', () => console.log('next'));
    t.dispatchEvent(new Event('x'));
  `);
  assert.equal(guest.errors[0], "'from listener'");
  assert.match(guest.errors[1] ?? '', /^TypeError: handleEvent is not a function/);
  assert.deepEqual(guest.lines, [{ level: 'info', text: 'next' }]);
});

test('a DOMException is an error with the stack of where it was made', () => {
  using guest = new Guest();
  const [stack, isError] = guest.run(`
    function make() { return new DOMException('gone', 'AbortError'); }
    return [make().stack, Error.isError(make())];
  `) as [string, boolean];
  assert.match(stack, /^AbortError: gone\n {4}at make \(script\.js:2/);
  assert.equal(isError, true);
});

test('a QuotaExceededError is a DOMException that knows its amounts, also as a clone', () => {
  using guest = new Guest();
  assert.deepEqual(
    guest.run(`const e = new QuotaExceededError('full', { quota: 1, requested: 2 }); const c = structuredClone(e);
      const attempt = (...given) => { try { new QuotaExceededError('', ...given); return 'none'; } catch (error) { return error.name; } };
      return [e.name, e.code, e instanceof DOMException, e.quota, e.requested, new QuotaExceededError().quota,
        c instanceof QuotaExceededError, c.quota, c.message, e.stack.split('\\n').length,
        [{ quota: -1 }, { quota: NaN }, { quota: 3, requested: 2 }, 5].map((given) => attempt(given))]`),
    [
      'QuotaExceededError',
      22,
      true,
      1,
      2,
      null,
      true,
      1,
      'full',
      3,
      ['RangeError', 'TypeError', 'RangeError', 'TypeError'],
    ],
  );
});

test('ErrorEvent carries its error', () => {
  using guest = new Guest();
  assert.deepEqual(
    guest.run(`const e = new ErrorEvent('error', { message: 'm', lineno: 3, error: 'x' });
      return [e.message, e.lineno, e.colno, e.filename, e.error, e instanceof Event]`),
    ['m', 3, 0, '', 'x', true],
  );
});

test('isTrusted is a member of each event that no script can change', () => {
  using guest = new Guest();
  assert.deepEqual(
    guest.run(`const [e, f] = [new Event('x'), new CustomEvent('y')];
      const own = (event) => Object.getOwnPropertyDescriptor(event, 'isTrusted');
      const c = new AbortController(); let kept; c.signal.onabort = (event) => { kept = event; }; c.abort();
      const before = kept.isTrusted; new EventTarget().dispatchEvent(kept);
      return [e.isTrusted, own(e).get === own(f).get, own(e).configurable, own(e).enumerable, before, kept.isTrusted]`),
    [false, true, false, true, true, false],
  );
});

test('dispatchEvent refuses an event that is being dispatched', () => {
  using guest = new Guest();
  const name = guest.run(`
    const t = new EventTarget(); const e = new Event('x'); let name;
    t.addEventListener('x', () => { try { t.dispatchEvent(e); } catch (error) { name = error.name; } });
    t.dispatchEvent(e);
    return name;
  `);
  assert.equal(name, 'InvalidStateError');
});
