import type { Run, Sandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Contract } from '../contract/contract.support.ts';
import { openSite, type Site } from './site.support.ts';

const folder = new URL('specs/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

export interface Stage {
  readonly sandbox: Sandbox;
  readonly site: Site;
}

/** A site, and a sandbox whose browsers may reach it and nothing else; closed when the suite is done. */
export function stageForFile(openSandbox: Contract['openSandbox']): () => Stage {
  const stack = new AsyncDisposableStack();
  let stage: Stage | undefined;
  before(async () => {
    const site = stack.use(await openSite());
    const sandbox = stack.use(
      await openSandbox({
        browser: true,
        network: {
          allow: [`127.0.0.1:${site.port}`, `localhost:${site.port}`],
          allowPrivate: ['127.0.0.0/8', '::1/128'],
        },
        limits: { wallMs: 60_000, cpuMs: 30_000, networkRequests: 5_000 },
      }),
    );
    stage = { site, sandbox };
  });
  after(() => stack.disposeAsync());
  return () => {
    assert.ok(stage !== undefined);
    return stage;
  };
}

/** Runs a file of `specs/` in a box, and makes a test of each `it` in it. */
export function specs(stage: () => Stage, name: string, check?: (run: Run) => void): void {
  test(name, async (parent) => {
    const { sandbox, site } = stage();
    const { origin, other } = site;
    const names = [name, 'it.js', 'injected.js'];
    const files = Object.fromEntries(names.map((file) => [file, read(file)]));
    const params = { origin, other, only: process.env['ONLY'] ?? null };
    const run = await sandbox.run({ files, entry: name }, { params });
    assert.equal(
      run.reason,
      null,
      `${run.error?.stack}\n${run.logs.map(({ text }) => text).join('\n')}`,
    );
    const results = Object.entries(run.value as Record<string, string | null>);
    assert.ok(results.length > 0);
    for (const [spec, failure] of results) {
      await parent.test(spec, () => assert.ok(failure === null, failure ?? ''));
    }
    check?.(run);
  });
}
