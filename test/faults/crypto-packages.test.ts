// Packages that are known to need most of `node:crypto` do in an isolate what they do in Node.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildRuntime } from '@castellan/press';
import { createSandbox, type Sandbox } from '@castellan/sandbox';
import { locateParts } from '@castellan/sandbox/runtimes';
import { tryInBoxes } from '../../packages/cli/src/runtime/trial.ts';
import { certificateKey } from '../contract/native-statements.support.ts';

const require = createRequire(import.meta.url);
const installed = join(import.meta.dirname, '../../node_modules');
const folder = mkdtempSync(join(tmpdir(), 'castellan-crypto-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Copies packages and all that they need, as an operator's `npm install` puts them there. */
function install(names: readonly string[], done: Set<string>): void {
  for (const name of names) {
    if (done.has(name)) continue;
    done.add(name);
    cpSync(join(installed, name), join(folder, 'node_modules', name), { recursive: true });
    const text = readFileSync(join(installed, name, 'package.json'), 'utf8');
    install(Object.keys((JSON.parse(text) as Manifest).dependencies ?? {}), done);
  }
}

const packages = ['jose', 'jsonwebtoken', 'node-forge', 'otplib'];
const castellan = {
  packages: Object.fromEntries(packages.map((name) => [name, { subpaths: [] }])),
};
let sandbox: Sandbox;
before(async () => {
  mkdirSync(join(folder, 'node_modules'));
  install(packages, new Set());
  const dependencies = Object.fromEntries(packages.map((name) => [name, '*']));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies, castellan }));
  const runtime = join(folder, 'built');
  await buildRuntime(folder, runtime, { parts: locateParts(), tryOut: tryInBoxes });
  const modules = ['*', 'node:crypto', 'node:buffer'];
  sandbox = await createSandbox({ runtime, modules, reuse: 'tenant' });
});
after(() => sandbox.close());

/** Each returns the same in every run. */
const uses: Readonly<Record<string, string>> = {
  jsonwebtoken: `
    const jwt = require('jsonwebtoken');
    const crypto = require('node:crypto');
    const failure = (work) => { try { return work() } catch (e) { return [e.name, e.message] } };
    const now = { iat: 1700000000 };
    const rsa = crypto.generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
    const hs = jwt.sign({ a: 1, ...now }, 'secret');
    const signed = ['RS256', 'PS256'].map((algorithm) => jwt.sign({ a: 1 }, rsa.privateKey, { algorithm }));
    const es = jwt.sign({ a: 1 }, KEY, { algorithm: 'ES256', noTimestamp: true });
    const open = crypto.createPublicKey(KEY);
    return [
      hs, jwt.verify(hs, 'secret'), jwt.decode(hs, { complete: true }).header,
      signed.map((token) => jwt.verify(token, rsa.publicKey).a), jwt.verify(es, open),
      failure(() => jwt.verify(hs, 'other')), failure(() => jwt.verify(hs, rsa.publicKey)), failure(() => jwt.verify('x.y.z', 'secret')),
      failure(() => jwt.verify(jwt.sign({ exp: 5 }, 'secret'), 'secret')), failure(() => jwt.sign({}, rsa.privateKey, { algorithm: 'ES256' })),
      failure(() => jwt.sign({}, KEY, { algorithm: 'RS256' })), failure(() => jwt.verify(es, open, { algorithms: ['HS256'] })),
      await new Promise((resolve) => jwt.verify(hs, (header, done) => done(null, 'secret'), (e, v) => resolve([e, v]))),
    ];`,
  jose: `
    const jose = require('jose');
    const crypto = require('node:crypto');
    const secret = new Uint8Array(32).fill(7);
    const key = await jose.importPKCS8(KEY, 'ES256', { extractable: true });
    const open = await jose.importSPKI(crypto.createPublicKey(KEY).export({ type: 'spki', format: 'pem' }), 'ES256');
    const es = await new jose.SignJWT({ a: 1 }).setProtectedHeader({ alg: 'ES256' }).sign(key);
    const pair = await jose.generateKeyPair('EdDSA');
    const ed = await new jose.SignJWT({ b: 2 }).setProtectedHeader({ alg: 'EdDSA' }).sign(pair.privateKey);
    const box = await new jose.EncryptJWT({ c: 3 }).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(secret);
    return [
      await new jose.SignJWT({ a: 1 }).setProtectedHeader({ alg: 'HS256' }).sign(secret),
      (await jose.jwtVerify(es, open)).payload, (await jose.jwtVerify(ed, pair.publicKey)).payload, (await jose.jwtDecrypt(box, secret)).payload,
      await jose.calculateJwkThumbprint(await jose.exportJWK(open)),
      await jose.jwtVerify(es, secret).catch((e) => [e.name, e.code]), await jose.jwtVerify(ed, open).catch((e) => [e.name, e.code]),
    ];`,
  'node-forge': `
    const forge = require('node-forge');
    const crypto = require('node:crypto');
    const pem = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs1', format: 'pem' });
    const key = forge.pki.privateKeyFromPem(pem);
    const made = forge.pki.createCertificate();
    made.publicKey = forge.pki.setRsaPublicKey(key.n, key.e);
    made.serialNumber = '01';
    made.validity.notBefore = new Date(0);
    made.validity.notAfter = new Date(4e12);
    made.setSubject([{ name: 'commonName', value: 'example.org' }]);
    made.setIssuer([{ name: 'commonName', value: 'example.org' }]);
    made.sign(key, forge.md.sha256.create());
    const read = new crypto.X509Certificate(forge.pki.certificateToPem(made));
    const cipher = forge.cipher.createCipher('AES-CBC', 'k'.repeat(16));
    cipher.start({ iv: 'i'.repeat(16) });
    cipher.update(forge.util.createBuffer('text'));
    cipher.finish();
    return [
      read.subject, read.validTo, read.verify(read.publicKey), read.checkPrivateKey(crypto.createPrivateKey(pem)), cipher.output.toHex(),
      crypto.createCipheriv('aes-128-cbc', 'k'.repeat(16), 'i'.repeat(16)).update('text'.repeat(8), 'utf8', 'hex'), forge.md.sha512.create().update('a').digest().toHex(),
      forge.random.getBytesSync(8).length, forge.pki.rsa.generateKeyPair(1024).privateKey.n.bitLength(),
    ];`,
  otplib: `
    const { authenticator, hotp, totp } = require('otplib');
    authenticator.options = { epoch: 1700000000000 };
    totp.options = { epoch: 59000, digits: 8, algorithm: 'sha256' };
    const secret = 'KVKFKRCPNZQUYMLXOVYDSQKJKZDTSRLD';
    return [
      authenticator.generate(secret), authenticator.check(authenticator.generate(secret), secret), authenticator.check('000000', secret),
      totp.generate('12345678901234567890123456789012'), [0, 1, 2].map((count) => hotp.generate('12345678901234567890', count)),
      authenticator.keyuri('me', 'us', secret), authenticator.generateSecret().length,
    ];`,
};

type Body = (require: NodeJS.Require) => Promise<unknown>;

for (const [name, use] of Object.entries(uses)) {
  test(`${name} does in an isolate what it does in Node`, async () => {
    const body = `const KEY = ${JSON.stringify(certificateKey)}; ${use}`;
    const { value, error } = await sandbox.run(body, { tenant: 'a' });
    assert.equal(error, null, error?.stack);
    const inNode = new Function('require', `return (async () => { ${body} })()`) as Body;
    assert.deepEqual(value, JSON.parse(JSON.stringify(await inNode(require))));
  });
}
