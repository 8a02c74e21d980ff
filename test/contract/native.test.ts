// What the isolate's `node:crypto` and `node:zlib` have Node do is what Node does, to the words of its errors.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { createSandbox } from '@castellan/sandbox';
import { certificate, certificateKey, statements } from './native-statements.support.ts';

const modules = ['buffer', 'crypto', 'stream', 'util', 'zlib'].map((name) => `node:${name}`);
const sandbox = await createSandbox({ runtime: null, modules, reuse: 'tenant' });
after(() => sandbox.close());
const require = createRequire(import.meta.url);

const start = `const crypto = require('crypto'), zlib = require('zlib'), stream = require('stream'), util = require('util');
const { Buffer } = require('buffer');
const CERT = ${JSON.stringify(certificate)}, KEY = ${JSON.stringify(certificateKey)};
const err = (work) => {
  try { return ['returned', work()] }
  catch (e) { return [e.name, e.code, e.message, e.errno, e.library, e.reason, e.opensslErrorStack] }
};`;
const bodyOf = (statement: string): string =>
  `${start} const value = await (async () => { ${statement}\n})(); return JSON.stringify(value ?? null)`;
type Body = (require: NodeJS.Require) => Promise<string>;
const inNode = (body: string): Promise<string> =>
  (new Function('require', `return (async () => { ${body} })()`) as Body)(require);

for (const [topic, list] of Object.entries(statements)) {
  test(`Node and an isolate agree in ${list.length} statements about ${topic}`, async () => {
    for (const statement of list) {
      const body = bodyOf(statement);
      const { value, error } = await sandbox.run(body, { tenant: 'a' });
      assert.equal(error, null, statement);
      assert.deepEqual(JSON.parse(value as string), JSON.parse(await inNode(body)), statement);
    }
  });
}
