// The OpenAPI document as the tools of others see it. `test/docs/fresh.test.ts` holds the file that is
// read here equal to what the service answers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { linter } from '../../scripts/linters/install.ts';

const root = join(import.meta.dirname, '../..');
const document = join(root, 'docs/reference/openapi.json');

function lint(program: string, ...args: string[]): string {
  // Some linters ask their makers for a newer version, and tell them that they ran.
  const env = {
    ...process.env,
    NO_COLOR: '1',
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  };
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env });
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  return `${stdout}\n${stderr}`;
}

test('redocly has nothing to say, with its warnings as errors', () => {
  const config = join(import.meta.dirname, 'redocly.yaml');
  assert.match(lint(linter('redocly'), 'lint', document, '--config', config), /is valid/);
});

test('spectral has nothing to say, with its hints as errors', () => {
  const ruleset = join(import.meta.dirname, 'spectral.yaml');
  const args = ['lint', document, '--ruleset', ruleset, '--fail-severity', 'hint'];
  assert.match(lint(linter('spectral'), ...args), /No results/);
});
