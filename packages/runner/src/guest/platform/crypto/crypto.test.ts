import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guest } from '../guest.support.ts';
import { sameAsNode } from '../same-as-node.support.ts';

const tools = `const { subtle } = crypto; const data = new TextEncoder().encode('some data');
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const name = async (work) => { try { return await work(); } catch (error) { return error.name; } };
  const bytes = (length) => Uint8Array.from({ length }, (_, index) => index);
  const shape = ({ type, extractable, algorithm, usages }) => ({ type, extractable, algorithm: { ...algorithm, publicExponent: undefined }, usages });`;

test('Web Cryptography behaves as in Node', async (t) => {
  const pairs = [
    [`{ name: 'ECDSA', namedCurve: 'P-256' }`, `{ name: 'ECDSA', hash: 'SHA-256' }`],
    [`{ name: 'ecdsa', namedCurve: 'P-521' }`, `{ name: 'ECDSA', hash: { name: 'sha-512' } }`],
    [`'Ed25519'`, `'Ed25519'`],
    [
      `{ name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }`,
      `{ name: 'RSA-PSS', saltLength: 32 }`,
    ],
    [
      `{ name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-1' }`,
      `'RSASSA-PKCS1-v1_5'`,
    ],
  ];
  await sameAsNode(
    t,
    [
      `return Promise.all(['SHA-1', 'sha-256', 'SHA-384', { name: 'SHA-512' }].map(async (a) => hex(await subtle.digest(a, data))))`,
      `return Promise.all(['MD5', {}, null, 5].map((a) => name(() => subtle.digest(a, data))))`,
      `return Promise.all([5, 'x', null].map((d) => name(() => subtle.digest('SHA-1', d))))`,
      `const k = await subtle.importKey('raw', bytes(16), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify']); const s = await subtle.sign('HMAC', k, data);
      return [hex(s), await subtle.verify('HMAC', k, s, data), await subtle.verify('HMAC', k, s, bytes(2)), shape(k), await subtle.exportKey('jwk', k)]`,
      ...['CBC', 'CTR', 'GCM'].map(
        (
          mode,
        ) => `const k = await subtle.importKey('raw', bytes(32), 'AES-${mode}', true, ['encrypt', 'decrypt']);
          const p = { name: 'AES-${mode}', iv: bytes(16), counter: bytes(16), ${mode === 'CTR' ? 'length: 64' : ''} };
          const c = await subtle.encrypt(p, k, data); return [hex(c), hex(await subtle.decrypt(p, k, c)), shape(k), hex(await subtle.exportKey('raw', k))]`,
      ),
      `const k = await subtle.importKey('raw', bytes(16), 'AES-GCM', false, ['encrypt']); return [await name(() => subtle.exportKey('raw', k)), await name(() => subtle.decrypt({ name: 'AES-GCM', iv: bytes(12) }, k, data)),
      await name(() => subtle.encrypt({ name: 'AES-GCM' }, k, data)), await name(() => subtle.encrypt({ name: 'AES-CBC', iv: bytes(16) }, k, data)), await name(() => subtle.encrypt({ name: 'AES-GCM', iv: bytes(12), tagLength: 5 }, k, data))]`,
      `const k = await subtle.importKey('raw', bytes(16), 'AES-KW', true, ['wrapKey', 'unwrapKey']); const i = await subtle.importKey('raw', bytes(32), 'AES-CBC', true, ['encrypt']);
      const w = await subtle.wrapKey('raw', i, k, 'AES-KW'); const u = await subtle.unwrapKey('raw', w, k, 'AES-KW', 'AES-CBC', true, ['encrypt']); return [hex(w), shape(u), hex(await subtle.exportKey('raw', u))]`,
      `const k = await subtle.importKey('raw', data, 'PBKDF2', false, ['deriveBits', 'deriveKey']); const p = { name: 'PBKDF2', salt: bytes(8), iterations: 10, hash: 'SHA-256' };
      return [hex(await subtle.deriveBits(p, k, 128)), shape(await subtle.deriveKey(p, k, { name: 'AES-GCM', length: 256 }, true, ['encrypt'])), await name(() => subtle.deriveBits(p, k, 5)), await name(() => subtle.deriveBits(p, k, null))]`,
      `const k = await subtle.importKey('raw', data, 'HKDF', false, ['deriveBits', 'deriveKey']); const p = { name: 'HKDF', salt: bytes(8), info: bytes(3), hash: 'SHA-512' };
      const d = await subtle.deriveKey(p, k, { name: 'HMAC', hash: 'SHA-256', length: 256 }, true, ['sign']); return [hex(await subtle.deriveBits(p, k, 256)), hex(await subtle.exportKey('raw', d)), shape(d)]`,
      ...[`{ name: 'ECDH', namedCurve: 'P-256' }`, `'X25519'`].map(
        (
          algorithm,
        ) => `const [a, b] = await Promise.all([1, 2].map(() => subtle.generateKey(${algorithm}, true, ['deriveBits', 'deriveKey'])));
          const { name: n } = a.publicKey.algorithm; const bits = (mine, other) => subtle.deriveBits({ name: n, public: other.publicKey }, mine.privateKey, 256);
          return [hex(await bits(a, b)) === hex(await bits(b, a)), shape(a.publicKey), shape(a.privateKey), await name(() => subtle.deriveBits({ name: n, public: {} }, a.privateKey, 256))]`,
      ),
      ...pairs.map(
        ([
          generate,
          sign,
        ]) => `const { publicKey, privateKey } = await subtle.generateKey(${generate}, true, ['sign', 'verify']); const signature = await subtle.sign(${sign}, privateKey, data);
          const spki = await subtle.exportKey('spki', publicKey); const again = await subtle.importKey('spki', spki, { ...publicKey.algorithm }, true, ['verify']);
          const pkcs8 = await subtle.exportKey('pkcs8', privateKey); const jwk = await subtle.exportKey('jwk', privateKey);
          return [await subtle.verify(${sign}, publicKey, signature, data), await subtle.verify(${sign}, again, signature, data), await subtle.verify(${sign}, again, signature, bytes(3)),
            shape(publicKey), shape(privateKey), spki.byteLength, Math.abs(pkcs8.byteLength - 1216) < 1200, Object.keys(jwk).sort(), await name(() => subtle.sign(${sign}, publicKey, data))]`,
      ),
      `const { publicKey, privateKey } = await subtle.generateKey({ name: 'RSA-OAEP', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, false, ['encrypt', 'decrypt']);
      const c = await subtle.encrypt({ name: 'RSA-OAEP', label: bytes(2) }, publicKey, data); return [c.byteLength, hex(await subtle.decrypt({ name: 'RSA-OAEP', label: bytes(2) }, privateKey, c)),
      await name(() => subtle.decrypt('RSA-OAEP', privateKey, c)), [...publicKey.algorithm.publicExponent], publicKey.algorithm.hash, publicKey.algorithm === publicKey.algorithm]`,
      `return Promise.all([['raw', bytes(3), 'AES-CBC', true, ['encrypt']], ['raw', bytes(16), 'AES-CBC', true, []], ['raw', bytes(16), 'AES-CBC', true, ['sign']], ['x', bytes(16), 'AES-CBC', true, ['encrypt']],
      ['raw', {}, 'AES-CBC', true, ['encrypt']], ['jwk', {}, 'AES-CBC', true, ['encrypt']], ['raw', bytes(16), 'AES-CBC', true, ['nope']]].map((args) => name(() => subtle.importKey(...args))))`,
      `const { publicKey, privateKey } = await subtle.generateKey('Ed448', true, ['sign', 'verify']); const signature = await subtle.sign({ name: 'Ed448' }, privateKey, data);
      return [signature.byteLength, await subtle.verify('Ed448', publicKey, signature, data), await subtle.verify('Ed448', publicKey, signature, bytes(3)), publicKey.algorithm]`,
      `const [a, b] = [await subtle.generateKey('X448', true, ['deriveBits']), await subtle.generateKey('X448', true, ['deriveBits'])];
      return [hex(await subtle.deriveBits({ name: 'X448', public: b.publicKey }, a.privateKey, 448)) === hex(await subtle.deriveBits({ name: 'X448', public: a.publicKey }, b.privateKey, 448)), (await subtle.exportKey('raw', a.publicKey)).byteLength]`,
      `const k = await subtle.importKey('jwk', { kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw', ext: true }, 'AES-CBC', true, ['encrypt']); return [shape(k), hex(await subtle.exportKey('raw', k))]`,
      `return Promise.all([() => crypto.getRandomValues(new Float32Array(1)), () => crypto.getRandomValues(new Uint8Array(65537)), () => new CryptoKey(), () => new Crypto(), () => new SubtleCrypto()].map(name))`,
      `const a = new Uint32Array(8); return [crypto.getRandomValues(a) === a, a.some((n) => n > 0), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()), String(crypto), String(crypto.subtle)]`,
      `const k = await subtle.importKey('raw', bytes(16), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']); return hex(await subtle.sign('HMAC', structuredClone(k), data))`,
      `const input = bytes(4); const promise = subtle.digest('SHA-256', input); input.fill(9); return hex(await promise)`,
    ].map((program) => tools + program),
  );
});

test('a key of one run means nothing in another', async () => {
  using one = new Guest();
  using other = new Guest();
  const make = `globalThis.key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']); return crypto.subtle.exportKey('raw', key).then((b) => b.byteLength)`;
  assert.equal(await one.runAsync(make), 16);
  assert.equal(
    await other.runAsync(
      `return crypto.subtle.exportKey('raw', Object.create(CryptoKey.prototype)).catch((e) => e.name)`,
    ),
    'TypeError',
  );
});
