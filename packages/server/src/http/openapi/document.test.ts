import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkAnswerSchema,
  healthSchema,
  problemSchema,
  runTokenSchema,
  statusSchema,
} from '../schemas/answers.ts';
import { examples } from '../schemas/examples.ts';
import { checkRequestSchema, runRequestSchema } from '../schemas/request.ts';
import { runPageSchema, runSchema } from '../schemas/run.ts';
import { startService } from '../service.support.ts';

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: object };
}

test('every route has a name and a sentence, and every reference leads somewhere', async () => {
  await using service = await startService();
  const answer = await service.inject({ url: '/openapi.json' });
  const document = answer.body as unknown as ApiDocument;
  const names = new Set<unknown>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const { operationId, summary } = operation as Record<string, unknown>;
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

test('every example is what its schema describes', () => {
  for (const [name, schema] of [
    ['run', runSchema],
    ['runPage', runPageSchema],
    ['runRequest', runRequestSchema],
    ['checkRequest', checkRequestSchema],
    ['checkAnswer', checkAnswerSchema],
    ['problem', problemSchema],
    ['runToken', runTokenSchema],
    ['status', statusSchema],
    ['health', healthSchema],
  ] as const) {
    assert.deepEqual(schema.safeParse(examples[name]).error?.issues ?? [], [], name);
  }
});
