import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { bubblewrap } from '../../drivers/bubblewrap/bubblewrap.ts';
import { holdings } from '../../drivers/fixtures/leftovers.ts';
import { kinshipOf, ProcessView } from '../../walls/procfs.ts';
import { openEgress } from '../../egress/launcher/egress.ts';
import { until } from '../../../../../test/shared/until.support.ts';
import { openBoxed } from '../../egress/fixtures/open.ts';
import { findGatewayBox } from './enclosure.ts';

/** A box that is made by that shell script instead of prlimit and bubblewrap. */
async function refusal(script: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'castellan-gateway-'));
  try {
    const prlimit = join(folder, 'prlimit');
    await writeFile(prlimit, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const box = await findGatewayBox(bubblewrap({ tools: { prlimit } }));
    return await openEgress({ box }).then(
      () => undefined,
      (error: unknown) => error,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

const main = new URL('../../egress/gateway/main.ts', import.meta.url).pathname;

describe('the gateway’s box', () => {
  it('is in a process group of its own, out of reach of a terminal’s signals', async () => {
    await using egress = await openBoxed();
    const inner = kinshipOf(egress.pid ?? 0);
    const outer = kinshipOf(inner?.parent ?? 0);
    const own = kinshipOf('self');
    assert.equal(outer?.parent, process.pid);
    assert.equal(new Set([inner?.group, outer?.group, own?.group]).size, 3);
  });

  it('ends with bubblewrap, and another is made', async () => {
    await using egress = await openBoxed();
    const { pid = 0 } = egress;
    using gateway = new ProcessView(pid);
    process.kill(kinshipOf(pid)?.parent ?? 0, 'SIGKILL');
    await until('the gateway is gone with bubblewrap', () => gateway.sample() === undefined);
    await until('there is another gateway', () => egress.pid !== undefined && egress.pid !== pid);
    assert.notEqual(kinshipOf(egress.pid ?? 0)?.parent, undefined);
  });

  it('bears the mark by which it is ended when its launcher died while it was made', async () => {
    await using egress = await openBoxed();
    const outer = kinshipOf(egress.pid ?? 0)?.parent;
    assert.match(readFileSync(`/proc/${outer}/cmdline`, 'latin1'), /\0CASTELLAN_LAUNCHER\0\d+-/);
    assert.ok(!readFileSync(`/proc/${egress.pid}/environ`, 'latin1').includes('CASTELLAN'));
  });

  it('is refused, with what mends it, where it cannot be made; and nothing is left', async () => {
    const said = "echo 'bwrap: No permissions to create new namespace' >&2; exit 1";
    await refusal(said);
    const before = holdings();
    await assert.rejects(Promise.reject(await refusal(said)), {
      code: 'isolation_unavailable',
      message: /egress gateway has no box: User namespaces cannot be made.* To fix it: /,
    });
    assert.deepEqual(holdings(), before);
  });

  it('is refused where it ends without a word', async () => {
    await assert.rejects(Promise.reject(await refusal('exit 1')), {
      code: 'isolation_unavailable',
    });
  });

  it('is refused where the gateway works, but no wall is seen around it', async () => {
    const bare = `exec 4>&- 5<&-; exec '${process.execPath}' '${main}'`;
    await assert.rejects(Promise.reject(await refusal(bare)), {
      code: 'isolation_unavailable',
      message: /stands without userns, pidns, mountns.*rlimits/,
    });
  });

  it('is refused where a single wall is missing', async () => {
    const loose = `while [ "$1" != "\${1#--}" ]; do shift; done; exec "$@"`;
    await assert.rejects(Promise.reject(await refusal(loose)), {
      code: 'isolation_unavailable',
      message: /stands without rlimits\.$/,
    });
  });
});
