import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { keptLog, scratchFolder } from '../open.support.ts';
import { type Artifacts, WrongBytesError } from './artifacts.ts';
import { readAll, run, type Subject, write } from './subjects.support.ts';

/** What every place of artifacts does. */
export function artifactsSuite({ name, make }: Subject): void {
  const told = (what: string, body: (artifacts: Artifacts) => Promise<void>): void =>
    void test(`${name}: ${what}`, async () => {
      await using scratch = await scratchFolder();
      await body(await (await make())(scratch.path, keptLog()));
    });

  told('what is kept is read back, of any size', async (artifacts) => {
    for (const [n, size] of [0, 1, 17 * 2 ** 20].entries()) {
      const bytes = randomBytes(size);
      const artifact = write(artifacts, run(1), n, bytes);
      await artifacts.keep(run(1), artifact);
      assert.ok((await readAll(artifacts, run(1), artifact))?.equals(bytes), `${size} bytes`);
    }
    assert.equal((await listed(artifacts)).length, 3);
  });

  told('bytes that are not those of which the launcher told are never read', async (artifacts) => {
    const small = write(artifacts, run(1), 1, Buffer.from('first'));
    write(artifacts, run(1), 1, Buffer.from('other'));
    const large = write(artifacts, run(1), 2, Buffer.alloc(9 * 2 ** 20, 'a'));
    write(artifacts, run(1), 2, Buffer.alloc(9 * 2 ** 20, 'b'));
    const long = write(artifacts, run(1), 3, Buffer.from('short'));
    write(artifacts, run(1), 3, Buffer.from('longer than it'));
    for (const artifact of [small, large, long]) {
      const reading = artifacts
        .keep(run(1), artifact)
        .then(() => readAll(artifacts, run(1), artifact));
      await assert.rejects(
        reading,
        (error: Error) => error instanceof WrongBytesError || /not those/.test(error.message),
      );
    }
  });

  told('what was left, or forgotten, is gone where it was', async (artifacts) => {
    const [a, b] = [1, 2].map((n) => write(artifacts, run(1), n, Buffer.from(`${n}`)));
    const c = write(artifacts, run(2), 3, Buffer.from('3'));
    assert.ok(a && b);
    for (const artifact of [a, b]) await artifacts.keep(run(1), artifact);
    await artifacts.keep(run(2), c);
    await artifacts.leave(run(1));
    assert.equal(String(await readAll(artifacts, run(1), a)), '1');
    await artifacts.forget(run(1), [a.id, c.id]);
    assert.equal(await artifacts.read(run(1), a), undefined);
    assert.deepEqual(await listed(artifacts), [`${run(1)}/${b.id}`, `${run(2)}/${c.id}`]);
    await artifacts.forgetRun(run(1));
    await artifacts.forgetRun(run(3));
    assert.deepEqual(await listed(artifacts), [`${run(2)}/${c.id}`]);
    assert.equal(await artifacts.read(run(1), b), undefined);
    assert.ok(!existsSync(artifacts.pathOf(run(1), b.id)));
  });

  told('what a launcher has left half done can be dropped', async (artifacts) => {
    write(artifacts, run(1), 1, Buffer.from('never told of'));
    for await (const { drop } of artifacts.halfDone()) await drop();
    for await (const { run: its, artifacts: ids } of artifacts.kept()) {
      await artifacts.forget(its, ids);
    }
    assert.deepEqual(await listed(artifacts), []);
    const known = { id: `art_${'0'.repeat(31)}1`, sizeBytes: 1, sha256: '' };
    assert.ok(!existsSync(artifacts.pathOf(run(1), known.id)));
  });

  told('a name that is no id leads nowhere', async (artifacts) => {
    const known = { id: '../../keys.sqlite', sizeBytes: 1, sha256: '' };
    assert.throws(() => artifacts.pathOf('..', `art_${'0'.repeat(32)}`), /is not the id of a run/);
    assert.throws(() => artifacts.pathOf(run(1), known.id), /is not the id of an artifact/);
    await assert.rejects(artifacts.read(run(1), known), /is not the id of an artifact/);
    await assert.rejects(artifacts.forget(run(1), [known.id]), /is not the id of an artifact/);
    await assert.rejects(async () => artifacts.forgetRun('..'), /is not the id of a run/);
  });
}

/** All that is kept, as `RUN/ARTIFACT`. */
async function listed(artifacts: Artifacts): Promise<string[]> {
  const found: string[] = [];
  for await (const { run: its, artifacts: ids } of artifacts.kept()) {
    found.push(...ids.map((id) => `${its}/${id}`));
  }
  return found.toSorted();
}
