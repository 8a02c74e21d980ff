/**
 * Examples after those of Node's documentation: `[built-in, statements]`, which return what to
 * compare. They run in real Node and in an isolate. A third element says why they differ.
 */
export const examples: readonly (readonly [
  builtin: string,
  statements: string,
  differs?: string,
])[] = [
  // assert
  [
    'assert',
    "assert.ok(true); assert.equal(1, '1'); assert.deepEqual({ a: { b: 1 } }, { a: { b: 1 } }); return 1",
  ],
  [
    'assert',
    'try { assert.strictEqual(1, 2) } catch (e) { return [e.name, e.code, e.message, e.actual, e.expected, e.operator, e.generatedMessage] }',
  ],
  [
    'assert',
    "try { assert.strictEqual('a', 'b', 'not so') } catch (e) { return [e.message, e.generatedMessage] }",
  ],
  [
    'assert',
    "const fails = (f) => { try { f(); return false } catch (e) { return e instanceof assert.AssertionError } }; return [fails(() => assert.deepStrictEqual({ a: 1 }, { a: '1' })), fails(() => assert.deepStrictEqual([1, 2], [1, 2])), fails(() => assert.notStrictEqual(1, 1)), fails(() => assert.deepStrictEqual(new Map([[1, { a: 1 }]]), new Map([[1, { a: 1 }]]))), fails(() => assert.deepStrictEqual(new Set([1]), new Set([2]))), fails(() => assert.deepStrictEqual(NaN, NaN)), fails(() => assert.deepStrictEqual(0, -0))]",
  ],
  [
    'assert',
    "assert.throws(() => { throw new TypeError('Wrong value') }, { name: 'TypeError', message: 'Wrong value' }); assert.throws(() => { throw new Error('x') }, /x/); try { assert.throws(() => 1) } catch (e) { return e.message }",
  ],
  [
    'assert',
    "await assert.rejects(async () => { throw new TypeError('Wrong') }, { name: 'TypeError' }); await assert.doesNotReject(async () => 1); return 1",
  ],
  ['assert', "try { assert.match('I will fail', /pass/) } catch (e) { return e.name } "],
  [
    'assert',
    "try { assert.ifError(null); assert.ifError(new Error('x')) } catch (e) { return e.message }",
  ],
  ['assert', "try { assert.fail('boom') } catch (e) { return [e.message, e.code] }"],
  ['assert/strict', "try { assert.equal(1, '1') } catch (e) { return e.code }"],
  // buffer
  [
    'buffer',
    "const { Buffer } = buffer; return [Buffer.alloc(5, 'a').toString(), Buffer.from([257, 257.5, -255, '1']).toJSON(), Buffer.from('tést').toString('hex'), Buffer.from('dGVzdA==', 'base64').toString()]",
  ],
  [
    'buffer',
    "const { Buffer } = buffer; const b = Buffer.from('hello world', 'utf16le'); return ['hex', 'base64', 'base64url', 'latin1', 'ascii', 'utf8', 'utf16le', 'binary', 'ucs2'].map((e) => b.toString(e))",
  ],
  [
    'buffer',
    "const { Buffer } = buffer; return [Buffer.from('-_-_', 'base64url').toString('hex'), Buffer.from('fffe', 'hex').toString('base64url'), Buffer.isEncoding('base64url'), Buffer.isEncoding('utf/8')]",
  ],
  [
    'buffer',
    "const { Buffer } = buffer; return [Buffer.byteLength('½ + ¼ = ¾'), Buffer.compare(Buffer.from('1234'), Buffer.from('0123')), Buffer.concat([Buffer.alloc(2), Buffer.alloc(3, 1)]).toJSON(), Buffer.isBuffer(new Uint8Array(1))]",
  ],
  [
    'buffer',
    "const { Buffer } = buffer; const b = Buffer.alloc(16); b.writeDoubleBE(123.456, 0); b.writeInt32LE(-5, 8); b.writeUIntBE(0x1234567890ab, 10, 6); return [b.toString('hex'), b.readDoubleBE(0), b.readUInt16LE(8), b.readUIntBE(10, 6)]",
  ],
  [
    'buffer',
    "const { Buffer } = buffer; const b = Buffer.alloc(8); b.writeBigInt64LE(-0x0102030405060708n); return [b.toString('hex'), String(b.readBigInt64LE()), String(b.readBigUInt64BE())]",
  ],
  [
    'buffer',
    "const { Buffer } = buffer; const b = Buffer.from('this is a buffer'); return [b.indexOf('is'), b.lastIndexOf('is'), b.includes('buf'), b.indexOf(Buffer.from('a buffer example')), b.indexOf(97), b.equals(Buffer.from('this is a buffer'))]",
  ],
  [
    'buffer',
    "const { Buffer } = buffer; const b = Buffer.from('abc'); const s = b.subarray(1); s[0] = 120; return [b.toString(), s.toString(), Buffer.isBuffer(s), b.slice(0, 2).toString(), [...b.entries()].length, b.at(-1)]",
  ],
  [
    'buffer',
    "const { Buffer } = buffer; const b = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]); return [b.swap16().toString('hex'), b.swap32().toString('hex'), b.swap64().toString('hex')]",
  ],
  [
    'buffer',
    'const { Buffer } = buffer; try { Buffer.alloc(2).readUInt32LE(0) } catch (e) { return [e.name, e.code] }',
  ],
  [
    'buffer',
    'const { Buffer } = buffer; try { Buffer.alloc(2).writeUInt8(256) } catch (e) { return [e.name, e.code, e.message] }',
  ],
  [
    'buffer',
    'const { Buffer } = buffer; try { Buffer.alloc(2).writeUInt8(256) } catch (e) { return e.name }',
  ],
  [
    'buffer',
    'const { Buffer } = buffer; try { Buffer.from(5) } catch (e) { return [e.name, e.code] }',
  ],
  [
    'buffer',
    "const { Buffer } = buffer; const b = Buffer.alloc(6); return [b.write('½ + ¼', 0), b.toString(), b.fill('ab').toString(), b.copy(Buffer.alloc(3), 1), b.equals(b)]",
  ],
  ['buffer', "return buffer.Buffer.from('€').toString('utf8', 0, 2)"],
  [
    'buffer',
    `const { Buffer } = buffer;
    const texts = ['', 'a', 'é', '€😀', '\\ud800x', 'zz', 'abcx12', 'YQ==', 'Y Q', '_-8', 'a'.repeat(3000) + 'é', '😀'.repeat(1500)];
    const encodings = ['utf8', 'UTF-8', 'latin1', 'binary', 'ascii', 'ucs2', 'UTF-16LE', 'hex', 'base64', 'base64url'];
    return encodings.map((name) => texts.map((text) => [Buffer.from(text, name).toString('hex').slice(-40), Buffer.byteLength(text, name), Buffer.alloc(5).write(text, 1, 3, name)]))`,
  ],
  [
    'buffer',
    `const { Buffer } = buffer;
    const lists = [[], [97], [0xe2, 0x82], [0xe2, 0x82, 0x41], [0xf0, 0x9f, 0x98, 0x80, 0xff], [0xed, 0xa0, 0x80], Array(3000).fill(0x82), Array(3000).fill(0xc3), [...Array(3000).fill(0x61), 0xf0, 0x9f]];
    const encodings = [undefined, 'utf8', 'latin1', 'ascii', 'utf16le', 'hex', 'base64', 'base64url'];
    return encodings.map((name) => lists.map((list) => { const all = Buffer.from(list); return [all.toString(name).slice(-9), all.toString(name, 2), all.toString(name, -2, 2.9).length, all.subarray(2).toString(name).length] }))`,
  ],
  [
    'buffer',
    "const { Buffer } = buffer; const code = (f) => { try { return f() } catch (e) { return [e.name, e.code] } }; const b = Buffer.alloc(4); return [code(() => Buffer.from('a', 'nope')), code(() => b.toString('nope')), code(() => b.write('a', 9)), code(() => b.write(5)), Buffer.byteLength('é', 'nope'), Buffer.isEncoding('BASE64URL'), Buffer.isEncoding('utf-7'), b.latin1Write('é', 1), b.hexSlice(0, 2), b.utf8Slice(0, 1)]",
  ],
  [
    'buffer',
    "const { Buffer, isUtf8, isAscii, transcode, constants } = buffer; return [isUtf8(Buffer.from([0xff])), isAscii(Buffer.from('a')), transcode(Buffer.from('€'), 'utf8', 'ucs2').toString('hex'), typeof constants.MAX_LENGTH, Buffer.copyBytesFrom(new Uint16Array([0, 0xffff]), 1).toString('hex')]",
  ],
  [
    'buffer',
    "return [buffer.atob('YQ=='), buffer.btoa('a'), typeof buffer.Blob, typeof buffer.Buffer.poolSize]",
  ],
  // crypto
  ['crypto', "return crypto.createHash('sha256').update('some data to hash').digest('hex')"],
  [
    'crypto',
    "return ['md5', 'sha1', 'sha224', 'sha384', 'sha512', 'sha512-256', 'sha3-256', 'ripemd160', 'blake2b512', 'RSA-SHA256'].map((n) => crypto.createHash(n).update('a').update(Buffer.from('b')).digest('base64'))",
  ],
  [
    'crypto',
    "const hash = crypto.createHash('sha256'); hash.update('one'); const first = hash.copy().digest('hex'); hash.update('two'); return [first, hash.digest('hex')]",
  ],
  [
    'crypto',
    "return [crypto.createHmac('sha256', 'a secret').update('some data to hash').digest('hex'), crypto.createHmac('sha512', Buffer.alloc(200, 1)).update('x').digest('base64url')]",
  ],
  [
    'crypto',
    "return [crypto.hash('sha1', 'Node.js'), crypto.hash('sha1', Buffer.from('Tm9kZS5qcw==', 'base64'), 'base64'), crypto.getHashes().includes('sha256')]",
  ],
  ['crypto', "return crypto.pbkdf2Sync('secret', 'salt', 1000, 64, 'sha512').toString('hex')"],
  [
    'crypto',
    "return await new Promise((resolve, reject) => crypto.pbkdf2('secret', 'salt', 10, 16, 'sha1', (e, key) => e ? reject(e) : resolve(key.toString('hex'))))",
  ],
  [
    'crypto',
    "return [crypto.scryptSync('password', 'salt', 64, { N: 1024 }).toString('hex'), Buffer.from(crypto.hkdfSync('sha512', 'key', 'salt', 'info', 64)).toString('hex')]",
  ],
  [
    'crypto',
    'return [crypto.randomBytes(16).length, /^[0-9a-f-]{36}$/.test(crypto.randomUUID()), [...Array(50)].every(() => { const n = crypto.randomInt(3, 6); return n >= 3 && n < 6 }), crypto.randomBytes(70_000).length, crypto.randomFillSync(new Uint32Array(4)).length]',
  ],
  [
    'crypto',
    'return await new Promise((resolve) => crypto.randomBytes(4, (e, b) => resolve([e, b.length])))',
  ],
  [
    'crypto',
    "const a = Buffer.from('abc'); let code; try { crypto.timingSafeEqual(a, Buffer.from('ab')) } catch (e) { code = e.code } return [crypto.timingSafeEqual(a, Buffer.from('abc')), crypto.timingSafeEqual(a, Buffer.from('abd')), code]",
  ],
  [
    'crypto',
    "const h = crypto.createHash('md5'); h.digest(); try { h.update('x') } catch (e) { return [e.name, e.code, e.message] }",
  ],
  ['crypto', "try { crypto.createHash('nope') } catch (e) { return [e.name, e.message] }"],
  [
    'crypto',
    "const key = crypto.scryptSync('p', 's', 24); const c = crypto.createCipheriv('aes-192-cbc', key, Buffer.alloc(16)); return c.update('x', 'utf8', 'hex') + c.final('hex')",
  ],
  [
    'crypto',
    "const h = crypto.createHash('sha256'); h.write('x'); h.end(); return h.read().toString('hex')",
  ],
  // events
  [
    'events',
    "class MyEmitter extends events {}; const e = new MyEmitter(); const seen = []; e.on('event', function (a, b) { seen.push(a, b, this === e) }); e.emit('event', 'a', 'b'); return [seen, e.emit('nothing')]",
  ],
  [
    'events',
    "const { EventEmitter } = events; function Old() { EventEmitter.call(this) } Object.setPrototypeOf(Old.prototype, EventEmitter.prototype); const e = new Old(); let n = 0; e.once('x', () => n++); e.emit('x'); e.emit('x'); return n",
  ],
  [
    'events',
    "const e = new events(); const out = []; e.on('foo', () => out.push('a')); e.prependListener('foo', () => out.push('b')); e.prependOnceListener('foo', () => out.push('c')); e.emit('foo'); e.emit('foo'); return [out, e.listenerCount('foo'), e.eventNames()]",
  ],
  [
    'events',
    "const e = new events(); try { e.emit('error', new Error('whoops!')) } catch (error) { return error.message }",
  ],
  [
    'events',
    "const e = new events(); try { e.emit('error', 'text') } catch (error) { return [error.code, error.message] }",
  ],
  [
    'events',
    "const e = new events(); const seen = []; e.on(events.errorMonitor, (x) => seen.push(x.message)); e.on('error', () => seen.push('handled')); e.emit('error', new Error('x')); return seen",
  ],
  [
    'events',
    "const e = new events(); setTimeout(() => e.emit('myevent', 42), 1); const [value] = await events.once(e, 'myevent'); setTimeout(() => e.emit('error', new Error('kaboom!')), 1); try { await events.once(e, 'other') } catch (error) { return [value, error.message] }",
  ],
  [
    'events',
    "const e = new events(); const c = new AbortController(); setTimeout(() => c.abort(), 1); try { await events.once(e, 'foo', { signal: c.signal }) } catch (error) { return [error.name, error.code, e.listenerCount('foo')] }",
  ],
  [
    'events',
    "const e = new events(); setTimeout(() => { e.emit('foo', 'bar'); e.emit('foo', 42); e.emit('end') }, 1); const seen = []; for await (const v of events.on(e, 'foo', { close: ['end'] })) seen.push(v); return [seen, e.listenerCount('foo')]",
  ],
  [
    'events',
    "const e = new events(); const gen = events.on(e, 'foo'); e.emit('foo', 1); return (await gen.next()).value",
  ],
  [
    'events',
    "const e = new events(); const l = () => {}; e.on('a', l); events.setMaxListeners(5, e); return [events.getEventListeners(e, 'a').length, e.getMaxListeners(), events.listenerCount(e, 'a'), e.rawListeners('a').length, e.off('a', l).listenerCount('a')]",
  ],
  [
    'events',
    "const e = new events(); try { e.on('x', 5) } catch (error) { return [error.name, error.code] }",
  ],
  [
    'events',
    "const e = new events({ captureRejections: true }); return await new Promise((resolve) => { e.on('x', async () => { throw new Error('kaboom') }); e.on('error', (error) => resolve(error.message)); setTimeout(() => resolve('none'), 20); e.emit('x') })",
  ],
  // path
  [
    'path',
    "return [path.basename('/foo/bar/baz/asdf/quux.html', '.html'), path.dirname('/foo/bar/baz'), path.extname('index.coffee.md'), path.extname('.index'), path.extname('index.'), path.sep, path.delimiter]",
  ],
  [
    'path',
    "return [path.join('/foo', 'bar', 'baz/asdf', 'quux', '..'), path.normalize('/foo/bar//baz/asdf/quux/..'), path.relative('/data/orandea/test/aaa', '/data/orandea/impl/bbb'), path.resolve('/foo/bar', './baz'), path.isAbsolute('qux/')]",
  ],
  [
    'path',
    "return [path.parse('/home/user/dir/file.txt'), path.format({ root: '/', name: 'file', ext: '.txt' }), path.format({ dir: '/a', base: 'b' }), path.posix === path.posix.posix, path.toNamespacedPath('/a')]",
  ],
  ['path', 'try { path.join({}) } catch (e) { return e.name }'],
  ['path', "return path.format({ name: 'file', ext: 'txt' })"],
  ['path', "return path.win32.basename('C:\\\\foo.html')"],
  ['path/posix', "return path_posix.join('a', '..', 'b')"],
  // querystring
  [
    'querystring',
    "return [querystring.parse('foo=bar&abc=xyz&abc=123'), querystring.stringify({ foo: 'bar', baz: ['qux', 'quux'], corge: '' }), querystring.stringify({ foo: 'bar', baz: 'qux' }, ';', ':')]",
  ],
  [
    'querystring',
    "return [querystring.escape('a b&ü'), querystring.unescape('a%20b%'), querystring.parse('a=1&a=2&b=%zz&c', null, null, { maxKeys: 2 }), querystring.parse('a+b=c+d'), querystring.decode('a=%F0%9F%98%80'), querystring.encode({ a: 1n, b: true, c: null })]",
  ],
  // stream
  [
    'stream',
    "const { Readable } = stream; const out = []; for await (const c of Readable.from(['a', 'b'])) out.push(c); return out",
  ],
  [
    'stream',
    "const { Transform, Readable, pipeline } = stream; const up = new Transform({ transform(c, e, cb) { cb(null, String(c).toUpperCase()) } }); const out = []; return await new Promise((resolve, reject) => pipeline(Readable.from(['a', 'b']), up, (e) => e ? reject(e) : resolve(out)).on('data', (c) => out.push(String(c))))",
  ],
  [
    'stream',
    "const { Writable, finished } = stream; const chunks = []; const w = new Writable({ write(c, e, cb) { chunks.push(c.toString()); cb() } }); const done = new Promise((r) => finished(w, r)); w.write('a'); w.end('b'); await done; return [chunks, w.writableFinished]",
  ],
  [
    'stream',
    "const { PassThrough, Duplex } = stream; const p = new PassThrough(); p.end('x'); const parts = []; p.on('data', (d) => parts.push(d.toString())); await new Promise((r) => p.on('end', r)); return [parts, p instanceof Duplex, typeof stream.Stream, stream === stream.Stream]",
  ],
  [
    'stream',
    'const { Readable } = stream; return [await Readable.from([1, 2, 3, 4]).filter((n) => n % 2).map((n) => n * 2).toArray(), await Readable.from([1, 2]).reduce((a, b) => a + b, 0)]',
  ],
  [
    'stream',
    "const { Readable } = stream; const r = new Readable({ read() {} }); r.push('a'); r.destroy(new Error('x')); return await new Promise((resolve) => r.on('error', (e) => resolve([e.message, r.destroyed])))",
  ],
  [
    'stream',
    "const { Writable } = stream; const w = new Writable({ highWaterMark: 1, write(c, e, cb) { setTimeout(cb, 1) } }); const first = w.write('ab'); await new Promise((r) => w.once('drain', r)); return [first, w.writableLength]",
  ],
  [
    'stream',
    "return typeof stream.Readable.toWeb(stream.Readable.from(['a'])).getReader",
    'web streams are not converted',
  ],
  [
    'stream/promises',
    "const { Readable, Writable } = require('stream'); const out = []; await stream_promises.pipeline(Readable.from(['a']), async function* (source) { for await (const c of source) yield c + '!' }, new Writable({ objectMode: true, write(c, e, cb) { out.push(c); cb() } })); return out",
  ],
  // string_decoder
  [
    'string_decoder',
    "const d = new string_decoder.StringDecoder('utf8'); const out = [d.write(Buffer.from([0xe2])), d.write(Buffer.from([0x82])), d.end(Buffer.from([0xac]))]; return out",
  ],
  [
    'string_decoder',
    "const d = new string_decoder.StringDecoder('base64'); return [d.write(Buffer.from('a')), d.end(Buffer.from('bc'))]",
  ],
  // timers
  [
    'timers',
    "return await new Promise((resolve) => { const order = []; timers.setTimeout(() => { order.push('timeout'); resolve(order) }, 20); timers.setImmediate((a) => order.push('immediate', a), 1); timers.clearImmediate(timers.setImmediate(() => order.push('never'))) })",
  ],
  [
    'timers',
    'return await new Promise((resolve) => { let n = 0; const t = timers.setInterval(() => { if (++n === 3) { timers.clearInterval(t); resolve(n) } }, 1) })',
  ],
  [
    'timers',
    'const t = timers.setTimeout(() => 1, 1); return [t.unref() === t, t.hasRef(), typeof t.refresh, t.constructor.name, Number(t) > 0]',
  ],
  [
    'timers/promises',
    "const { setTimeout, setImmediate, setInterval, scheduler } = timers_promises; const out = [await setTimeout(1, 'result'), await setImmediate('now')]; for await (const v of setInterval(1, 'tick')) { out.push(v); if (out.length > 3) break } await scheduler.wait(1); await scheduler.yield(); return out",
  ],
  [
    'timers/promises',
    'const c = new AbortController(); c.abort(); try { await timers_promises.setTimeout(1000, null, { signal: c.signal }) } catch (e) { return [e.name, e.code, e.message] }',
  ],
  [
    'timers',
    "const shown = []; for (const give of [() => timers.setTimeout(), () => timers.setInterval('x'), () => timers.setImmediate({}), () => timers.promises.setTimeout('x'), () => timers.promises.scheduler.wait.call({})]) { try { await give() } catch (e) { shown.push([e.name, e.code, e.message]) } } return shown",
  ],
  [
    'timers',
    'const t = timers.setTimeout(() => {}, 5); const u = timers.setTimeout(() => {}, 5).unref(); const id = Number(u); timers.clearTimeout(t); timers.clearTimeout(`${id}`); return [t._destroyed, u._destroyed, t.hasRef(), u.hasRef(), Object.keys(timers)]',
  ],
  // url
  [
    'url',
    "return Array.from({ length: 128 }, (_, code) => url.pathToFileURL('/a' + String.fromCharCode(code) + 'b', { windows: false }).href)",
  ],
  [
    'url',
    "return [['C:\\\\a[b', 1], ['\\\\\\\\host\\\\share\\\\f.txt', 1], ['/a/../b/', 0]].map(([path, windows]) => url.pathToFileURL(path, { windows: windows === 1 }).href)",
  ],
  [
    'url',
    "return ['file:///a%20b', 'file://host/x', 'file:///a%2fb', 'http://x/', 5].map((given) => { try { return url.fileURLToPath(given) } catch (e) { return [e.name, e.code, e.message] } })",
  ],
  [
    'url',
    "return ['español.com', 'xn--espaol-zwa.com', 'xn--iñvalid.com', '中文.com', '', 'a b', '127.1', 'x'].map((domain) => [url.domainToASCII(domain), url.domainToUnicode(domain)])",
  ],
  [
    'url',
    "const out = []; for (const give of [() => new URL('nope'), () => url.parse(5), () => url.resolve(), () => new URLSearchParams().append('a'), () => URLSearchParams.prototype.get.call({}, 'a'), () => url.urlToHttpOptions('x')]) { try { out.push(give()) } catch (e) { out.push([e.name, e.code, e.input]) } } return out",
  ],
  [
    'url',
    "const u = url.parse('https://user:pass@sub.example.com:8080/p/a/t/h?query=string#hash', true); return { ...u, query: { ...u.query } }",
  ],
  [
    'url',
    "return [url.resolve('/one/two/three', 'four'), url.resolve('http://example.com/', '/one'), url.format({ protocol: 'https', hostname: 'example.com', pathname: '/some/path', query: { page: 1, format: 'json' } })]",
  ],
  [
    'url',
    "return [url.format(new URL('https://a:b@測試?abc#foo'), { fragment: false, auth: false }), url.domainToASCII('español.com'), url.domainToUnicode('xn--espaol-zwa.com')]",
  ],
  [
    'url',
    "return [url.fileURLToPath('file:///你好.txt'), url.pathToFileURL('/foo#1').href, url.urlToHttpOptions(new URL('https://a:b@example.com/x?abc#foo')).path, new url.URL('/a', 'http://b').href, url.URL === URL, url.URLSearchParams === URLSearchParams]",
  ],
  ['url', "return url.format(new URL('https://測試?abc'), { unicode: true })"],
  // util
  [
    'util',
    "return [util.format('%s:%s:%d:%j:%o', 'a', { b: 1 }, 42, { c: 2 }, [1]), util.format('%% %s'), util.format(1, 2, '3')]",
  ],
  [
    'util',
    "return [util.inspect({ a: 1, b: 'x', c: [1, { d: new Map([[1, 2]]) }] }, { depth: 0 }), util.inspect(new Set([1])), util.inspect(new Error('x')).split('\\n')[0], util.inspect('a\\'b'), util.inspect(Symbol('s')), util.inspect(1n)]",
  ],
  [
    'util',
    "class Foo { get [Symbol.toStringTag]() { return 'bar' } }; return [util.inspect(new Foo()), util.inspect({ [util.inspect.custom]: () => 'mine' }), util.inspect(Object.create(null)), util.inspect(async () => 1)]",
  ],
  [
    'util',
    "const sleep = util.promisify((ms, cb) => setTimeout(() => cb(null, ms), ms)); const custom = () => 0; custom[util.promisify.custom] = async () => 'custom'; return [await sleep(1), await util.promisify(custom)()]",
  ],
  [
    'util',
    "return await new Promise((resolve) => util.callbackify(async () => 'hello world')((e, v) => resolve([e, v])))",
  ],
  [
    'util',
    'function A() {} function B() {} util.inherits(A, B); return [new A() instanceof B, A.super_ === B]',
  ],
  [
    'util',
    "return [util.isDeepStrictEqual({ a: [1] }, { a: [1] }), util.isDeepStrictEqual([1], ['1']), util.isArray([]), util.types.isDate(new Date()), util.types.isRegExp(/a/), util.types.isPromise(Promise.resolve()), util.types.isTypedArray(new Uint8Array()), util.types.isMap(new Map()), util.types.isAsyncFunction(async () => 1), util.types.isProxy(new Proxy({}, {})), util.types.isNativeError(new TypeError())]",
    'a proxy cannot be told from its target',
  ],
  [
    'util',
    "const f = util.deprecate((x) => x * 2, 'old'); return [f(2), util.stripVTControlCharacters('\\u001B[4mvalue\\u001B[0m'), util.toUSVString('a\\ud800'), new util.TextDecoder().decode(new util.TextEncoder().encode('ü'))]",
  ],
  [
    'util',
    "return util.parseArgs({ args: ['-f', '--bar', 'b'], options: { foo: { type: 'boolean', short: 'f' }, bar: { type: 'string' } } }).values",
  ],
  [
    'util/types',
    'return [util_types.isUint8Array(new Uint8Array()), util_types.isArrayBuffer(new ArrayBuffer(1)), util_types.isGeneratorFunction(function* () {}), util_types.isBoxedPrimitive(Object(1)), util_types.isSet(new Map())]',
  ],
  // zlib
  [
    'zlib',
    "const input = Buffer.from('.................................'); return ['deflateSync', 'gzipSync', 'deflateRawSync'].map((f) => zlib[f](input).length < 33) .concat(zlib.inflateSync(zlib.deflateSync(input)).equals(input), zlib.gunzipSync(zlib.gzipSync(input)).equals(input), zlib.inflateRawSync(zlib.deflateRawSync(input)).equals(input), zlib.unzipSync(zlib.gzipSync(input)).equals(input))",
  ],
  [
    'zlib',
    "return [zlib.inflateSync(Buffer.from('eJzT0yMAAGTvBe8=', 'base64')).toString(), zlib.unzipSync(Buffer.from('eJzT0yMAAGTvBe8=', 'base64')).toString(), zlib.gunzipSync(Buffer.from('H4sIAAAAAAAAA0tMSgYAwkEkNQMAAAA=', 'base64')).toString()]",
  ],
  [
    'zlib',
    "const { promisify } = require('util'); return (await promisify(zlib.inflate)(await promisify(zlib.deflate)('promised', { level: 9 }))).toString()",
  ],
  [
    'zlib',
    "try { zlib.gunzipSync(Buffer.from('not gzip')) } catch (e) { return [e.name, e.code, e.errno, e.message] }",
  ],
  [
    'zlib',
    "try { zlib.inflateSync(zlib.deflateSync('a'.repeat(100)).subarray(0, 6)) } catch (e) { return [e.code, e.errno, e.message] }",
  ],
  [
    'zlib',
    "try { zlib.gunzipSync(zlib.gzipSync('a'.repeat(1e5)), { maxOutputLength: 1000 }) } catch (e) { return [e.name, e.code, e.message] }",
  ],
  [
    'zlib',
    "return await new Promise((resolve) => zlib.gunzip(Buffer.from('x'), (e, v) => resolve([e.code, v])))",
  ],
  [
    'zlib',
    "const { pipeline } = require('stream/promises'); const { Readable } = require('stream'); const parts = []; await pipeline(Readable.from([Buffer.from('a'.repeat(1000)), Buffer.from('b')]), zlib.createGzip(), zlib.createGunzip(), async function (source) { for await (const c of source) parts.push(c) }); return Buffer.concat(parts).length",
  ],
  [
    'zlib',
    "return [zlib.crc32('hello'), zlib.crc32(Buffer.from('world'), zlib.crc32('hello ')), zlib.constants.Z_BEST_COMPRESSION]",
  ],
  [
    'zlib',
    "const d = Buffer.from('hello world'); return zlib.inflateSync(zlib.deflateSync('hello hello world', { dictionary: d }), { dictionary: d }).toString()",
  ],
  ['zlib', "return zlib.brotliDecompressSync(zlib.brotliCompressSync('x')).toString()"],
];
