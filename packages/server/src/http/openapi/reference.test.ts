import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startService } from '../service.support.ts';
import { type ApiDocument, referenceOf } from '../fixtures/reference.ts';

const folder = join(import.meta.dirname, '../../../../../docs/reference');
const isUpdate = process.env['UPDATE_REFERENCE'] === '1';

async function currentDocument(): Promise<ApiDocument> {
  await using service = await startService();
  return (await service.inject({ url: '/openapi.json' })).body as unknown as ApiDocument;
}

function compare(name: string, text: string): void {
  const file = join(folder, name);
  if (isUpdate) writeFileSync(file, text);
  const isSame = readFileSync(file, 'utf8') === text;
  assert.ok(
    isSame,
    `docs/reference/${name} is old: UPDATE_REFERENCE=1 node --test ${import.meta.filename}`,
  );
}

test('docs/reference/openapi.json is what the service says', async () => {
  compare('openapi.json', `${JSON.stringify(await currentDocument(), null, 2)}\n`);
});

test('docs/reference/http.md is what the schemas say', async () => {
  compare('http.md', referenceOf(await currentDocument()));
});

test('every route has a name and a sentence, and every reference leads somewhere', async () => {
  const document = await currentDocument();
  const names = new Set<unknown>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const { operationId, summary } = operation as unknown as Record<string, unknown>;
      assert.ok(typeof operationId === 'string' && !names.has(operationId), `${method} ${path}`);
      assert.ok(typeof summary === 'string' && summary.endsWith('.'), `${method} ${path}`);
      names.add(operationId);
    }
  }
  const text = JSON.stringify(document);
  for (const [, name = ''] of text.matchAll(/#\/components\/schemas\/(\w+)/g)) {
    assert.ok(Object.hasOwn(document.components.schemas, name), name);
  }
  assert.ok(!text.includes('Default Response'));
});
