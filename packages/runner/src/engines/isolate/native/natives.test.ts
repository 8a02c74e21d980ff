import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { caps } from './caps.ts';
import { certificateMembers, classes, functions, keyMembers, statics } from './functions.ts';
import { Natives } from './natives.ts';

const natives = (mayEncrypt = true): Natives => new Natives(() => mayEncrypt);
const noBytes = new Uint8Array(0);

/** The reply's JSON, and whether the call has failed. */
function said(reply: Uint8Array | string): { readonly isFailed: boolean; readonly text: string } {
  const text =
    typeof reply === 'string'
      ? reply
      : Buffer.from(reply).toString('latin1', 4, 4 + Buffer.from(reply).readUInt32LE(0));
  const [isFailed] = JSON.parse(text) as [number];
  return { isFailed: isFailed === 1, text };
}

/** No path of this machine, no frame of a stack. */
const telling = /\/(?:tmp|home|root|usr|work)|node:internal|at .*:\d+:\d+|\.ts/;

const deep = (depth: number): unknown => (depth === 0 ? 1 : ['list', [deep(depth - 1)]]);
const hostile: Readonly<Record<string, readonly [call: unknown, data: unknown]>> = {
  'no text': [5, noBytes],
  'no JSON': ['[', noBytes],
  'no list': ['{"0":"function"}', noBytes],
  'no operation': ['[{"toString":1}]', noBytes],
  'an operation of the prototype': ['["constructor"]', noBytes],
  'another one': ['["__proto__","x"]', noBytes],
  'a function that is none of the table': ['["function","setEngine","/tmp/x"]', noBytes],
  'a function of the prototype': ['["function","hasOwnProperty","x"]', noBytes],
  'what reads process-wide state': ['["function","setFips",true]', noBytes],
  'a class that is none': ['["open","createSign","sha256"]', noBytes],
  'a static function of the prototype': ['["static","Certificate.constructor"]', noBytes],
  'a state that is not there': ['["call",1,"update","x"]', noBytes],
  'a state by another name': ['["call","__proto__","update","x"]', noBytes],
  'a member that is none of the table': [
    '["key",["key","secret",0,1],"equals",["key","secret",0,1]]',
    new Uint8Array(1),
  ],
  'a member of what is no key': ['["key",["object",{}],"export"]', noBytes],
  'bytes after the end': ['["crc32",["bytes","Buffer",0,2],0]', new Uint8Array(1)],
  'bytes before the beginning': ['["crc32",["bytes","Buffer",-1,1],0]', new Uint8Array(1)],
  'a count that is none': ['["crc32",["bytes","Buffer",0,"1e999"],0]', new Uint8Array(1)],
  'bytes where there is text': ['["crc32",["bytes","Buffer",0,1],0]', 'text'],
  'memory that is shared': ['["crc32",["data"],0]', new Uint8Array(new SharedArrayBuffer(8))],
  'no bytes': ['["crc32",["data"],0]', { length: 8 }],
  'a tag that is none': ['["crc32",["eval","1"],0]', noBytes],
  'an object in place of a list': ['["crc32",{"length":1},0]', noBytes],
  'lists in lists': [JSON.stringify(['constants', deep(caps.depth + 2)]), noBytes],
  'too many values': [JSON.stringify(['constants', ['list', Array(caps.values).fill(1)]]), noBytes],
  'a key that is none': ['["key",["key","private",0,4],"export"]', new Uint8Array(4)],
  'a key of another type': ['["key",["key","toString",0,4],"export"]', new Uint8Array(4)],
  'a certificate that is none': ['["certified",["certificate",0,4],"raw"]', new Uint8Array(4)],
  'a compression that is none': ['["compress","constructor",["object",{}]]', noBytes],
  'options for which zlib would abort': [
    '["compress","Deflate",["object",{"windowBits":99}]]',
    noBytes,
  ],
  'a step of none': ['["compressed",7,4,["bytes","Buffer",0,0]]', noBytes],
};

for (const [name, [call, data]] of Object.entries(hostile)) {
  test(`call refuses, and tells nothing of the runner: ${name}`, () => {
    using all = natives();
    const { isFailed, text } = said(all.call(call, data));
    assert.ok(isFailed, text);
    assert.doesNotMatch(text, telling);
  });
}

test('call refuses every flush and every change of a compression that zlib would abort for', () => {
  using all = natives();
  all.call('["compress","Deflate",["object",{}]]', noBytes);
  for (const flush of ['-1', '6', '0.5', '"x"', '["undefined"]', '4294967295']) {
    const { isFailed } = said(
      all.call(`["compressed",1,${flush},["bytes","Buffer",0,1]]`, noBytes),
    );
    assert.ok(isFailed, flush);
  }
  for (const values of ['10,0', '0,5', '-2,0', '"x",0']) {
    assert.ok(said(all.call(`["compressedBy",1,${values}]`, noBytes)).isFailed, values);
  }
});

test('call makes no prototype of a member, and no function of a name', () => {
  using all = natives();
  const options = '["object",{"__proto__":["object",{"outputLength":4}]}]';
  const reply = all.call(
    `["digest",null,["list",["sha256",${options}]],"x"]`,
    noBytes,
  ) as Uint8Array;
  assert.match(said(reply).text, /"Buffer",0,32/);
  assert.equal(Reflect.get({}, 'outputLength'), undefined);
  const told = said(all.call('["function","scryptSync",["function","f"],"s",8]', noBytes)).text;
  assert.match(told, /Received function f/);
});

test('call has cryptography for runs that may import it only, and compression for all', () => {
  using all = natives(false);
  assert.match(
    said(all.call('["function","getHashes"]', noBytes)).text,
    /may not import node:crypto/,
  );
  assert.equal(said(all.call('["crc32",["data"],0]', 'text')).isFailed, false);
});

test('what is open is bounded, spent in order, and gone with the run', () => {
  using all = natives();
  const open = (): string => said(all.call('["open","createHash","sha256"]', noBytes)).text;
  for (let count = 1; count <= caps.states; count++) assert.equal(open(), `[0,${count}]`);
  assert.match(open(), /More than 10000 hashes, ciphers and exchanges of keys are open/);
  // One that has done its work makes room, though not at once.
  for (let id = 1; id <= 65; id++) all.call(`["call",${id},"digest"]`, noBytes);
  assert.match(open(), /^\[0,/);
  assert.match(said(all.call('["call",65,"update","x"]', noBytes)).text, /Digest already called/);
  assert.match(said(all.call('["call",1,"update","x"]', noBytes)).text, /has this number/);
  all[Symbol.dispose]();
  assert.match(said(all.call('["call",100,"digest"]', noBytes)).text, /has this number/);
  const compress = (): string => said(all.call('["compress","Gzip",["object",{}]]', noBytes)).text;
  for (let count = 0; count < caps.compressions; count++) assert.match(compress(), /^\[0,/);
  assert.match(compress(), /More than 1000 compressions are open/);
});

test('a step of a decompression gives no more than its share, whatever it is given', () => {
  using all = natives();
  const zeros = Buffer.from(
    process.getBuiltinModule('node:zlib').gzipSync(new Uint8Array(2 ** 24)),
  );
  all.call('["compress","Gunzip",["object",{}]]', noBytes);
  const step = `["compressed",1,4,["bytes","Buffer",0,${zeros.length}]]`;
  const reply = all.call(step, new Uint8Array(zeros)) as Uint8Array;
  assert.match(said(reply).text, new RegExp(`"Uint8Array",0,${caps.output}\\],\\d+,true,null`));
  assert.ok(reply.buffer.byteLength < caps.output + 1_000);
});

const names = (
  'function static open call digest sign verify signer key certificate certified exchange constants ' +
  'compress compressed compressedBy compressAnew compressNoMore crc32 __proto__ toString'
).split(' ');
/** None that takes long by itself: their costs are the run's, and its clock's. */
const quick = Object.keys(functions).filter(
  (name) => !/^(?:argon2|checkPrime|generate|pbkdf2|scrypt)/.test(name),
);
const words = [
  ...quick,
  ...Object.keys(statics),
  ...Object.keys(classes).filter((name) => !name.includes('DiffieHellman')),
  ...certificateMembers,
  ...keyMembers,
  ...'sha256 aes-128-gcm rsa P-256 secret jwk der constructor Gzip'.split(' '),
];
const wire = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(...words, null, true, 0, -1, 1, 2 ** 31, 2 ** 53, '', 1e308),
    fc.constantFrom<unknown>(['undefined'], ['data'], ['number', 'NaN'], ['bigint', '9'], ['x']),
    fc.tuple(fc.constantFrom('bytes', 'key', 'certificate'), fc.anything(), fc.nat(20), fc.nat(20)),
    fc.tuple(fc.constant('list'), fc.array(tie('value'), { maxLength: 4 })),
    fc.tuple(fc.constant('object'), fc.dictionary(fc.constantFrom(...words), tie('value'))),
  ),
})).value;

test('call answers whatever it is sent, and never with anything of this machine', () => {
  using all = natives();
  const call = fc.tuple(
    fc.constantFrom(...names),
    fc.array(fc.oneof(wire, fc.constantFrom<unknown>(1, 2, 3)), { maxLength: 6 }),
  );
  fc.assert(
    fc.property(call, fc.uint8Array({ maxLength: 40 }), ([name, values], bytes) => {
      const text = JSON.stringify([name, ...values], (_key, value: unknown) =>
        typeof value === 'bigint' ? `${value}` : value,
      );
      assert.doesNotMatch(said(all.call(text, new Uint8Array(bytes))).text, telling);
    }),
    { numRuns: 1_000 },
  );
});
