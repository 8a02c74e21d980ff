import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { scratchFolder } from '../open.support.ts';
import { startInspector } from './inspect.ts';
import type { Finding } from './inspector.ts';

const folder = await scratchFolder();
const inspector = startInspector();
after(async () => {
  await inspector[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

let files = 0;
async function look(bytes: Uint8Array, contentType = 'application/octet-stream'): Promise<Finding> {
  const path = join(folder.path, String(files++));
  await writeFile(path, bytes);
  return inspector.inspect(path, { contentType, sizeBytes: bytes.length });
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A grey square. */
function png(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(side * (side + 1), 0x7f))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const gif = Buffer.from('R0lGODlhAwACAIABAP///wAAACwAAAAAAwACAAACAkRVADs=', 'base64');
const webp = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');
const jpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAACAAMBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  'base64',
);
const wholeJpeg = Buffer.concat([
  jpeg,
  Buffer.from([0xff, 0xda, 0, 2, 1, 2, 0xff, 0, 3, 0xff, 0xd9]),
]);

for (const [type, bytes, width, height] of [
  ['image/png', png(5), 5, 5],
  ['image/gif', gif, 3, 2],
  ['image/webp', webp, 1, 1],
  ['image/jpeg', wholeJpeg, 3, 2],
] as const) {
  test(`inspect tells ${type} and its size, whatever the script says it is`, async () => {
    const image = { width, height, broken: false };
    assert.deepEqual(await look(bytes, 'text/html'), { contentType: type, image });
  });

  test(`inspect marks ${type} as broken wherever it is cut off`, async () => {
    for (let length = bytes.length - 1; length > 24; length -= Math.ceil(bytes.length / 12)) {
      const found = await look(bytes.subarray(0, length), type);
      assert.equal(found.contentType, type, String(length));
      assert.equal(found.image?.broken, true, String(length));
    }
  });
}

test('inspect marks a PNG as broken when a bit of it has changed', async () => {
  const bytes = png(9);
  bytes[45] = (bytes[45] ?? 0) ^ 1;
  assert.equal((await look(bytes)).image?.broken, true);
});

test('inspect believes a type only of what could be it', async () => {
  assert.deepEqual(await look(Buffer.from('a,b\n1,2\n'), 'text/csv'), { contentType: 'text/csv' });
  const charset = 'text/plain; charset=utf-8';
  assert.equal((await look(Buffer.from('ä'), charset)).contentType, charset);
  assert.deepEqual(await look(Buffer.from('{}'), 'application/json'), {
    contentType: 'application/json',
  });
  for (const [text, declared] of [
    ['no image', 'image/png'],
    ['no archive', 'application/zip'],
    ['\0binary', 'text/plain'],
    ['a header of its own', 'text/html\r\nx-evil: 1'],
    ['parameters of its own', 'text/html; x=y'],
  ] as const) {
    const { contentType } = await look(Buffer.from(text), declared);
    assert.equal(contentType, 'application/octet-stream', declared);
  }
});

test('inspect ends for any bytes, and a thread that dies is replaced', async () => {
  const program = await readFile(process.execPath);
  const heads = [
    '\x89PNG\r\n\x1a\n',
    '\xff\xd8\xff',
    'GIF89a',
    'RIFF....WEBPVP8X',
    'PK\x03\x04',
    'ID3',
  ];
  for (const head of heads) {
    for (let at = 0; at < 8; at++) {
      const from = at * 100_000;
      const junk = program.subarray(from, from + 30_000 * at);
      const found = await look(Buffer.concat([Buffer.from(head, 'latin1'), junk]));
      assert.match(found.contentType, /^[\w.+-]+\/[\w.+-]+$/);
      assert.notEqual(found.image?.broken, false, head);
    }
  }
  const gone = inspector.inspect(join(folder.path, 'nothing'), {
    contentType: 'a/b',
    sizeBytes: 1,
  });
  assert.deepEqual(await gone, { contentType: 'application/octet-stream' });
  assert.equal((await look(gif)).image?.broken, false);
});
