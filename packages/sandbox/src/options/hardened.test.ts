import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { find } from '../drivers/find.ts';
import { hardenedLayers } from '../walls/hardened.ts';
import { createSandbox } from '../sandbox.ts';
import { withHardened } from './hardened.ts';

const noRuntime = (await find('runc')) === undefined ? 'no runc here' : false;

describe('withHardened', () => {
  it('asks for no machine code, for every layer of the profile, and keeps the floor that was asked for', () => {
    const { jitless, floor = [] } = withHardened({ hardened: true, floor: ['cgroup'] });
    assert.equal(jitless, true);
    for (const layer of ['cgroup', 'mute', 'nodump', 'landlock', 'nocode', 'hardened'] as const) {
      assert.ok(floor.includes(layer), layer);
    }
    assert.equal(floor.includes('hostuser'), process.geteuid?.() === 0);
  });

  it('changes nothing where it is not set', () => {
    const options = { floor: ['cgroup'] } as const;
    assert.equal(withHardened(options), options);
  });
});

describe('a hardened sandbox', () => {
  for (const isolation of ['bubblewrap', 'oci'] as const) {
    const skip = isolation === 'oci' ? noRuntime : false;
    it(`says in each run that all of it stood, by ${isolation}`, { skip }, async () => {
      await using sandbox = await createSandbox({ hardened: true, isolation });
      const { value, isolation: stood } = await sandbox.run(
        'return [typeof WebAssembly, eval("1 + 1"), /a+/.test("a")]',
      );
      assert.deepEqual(value, ['undefined', 2, true]);
      for (const layer of [...hardenedLayers(), 'hardened'] as const) {
        assert.ok(stood.layers.includes(layer), layer);
      }
    });
  }

  it('is what a run says that has all of it unasked, and no other', async () => {
    await using plain = await createSandbox({ isolation: 'bubblewrap', jitless: true });
    // Nobody asked for it, and all of it is there.
    assert.ok((await plain.run('1')).isolation.layers.includes('hardened'));
    await using fast = await createSandbox({ isolation: 'bubblewrap' });
    const { layers } = (await fast.run('1')).isolation;
    assert.ok(!layers.includes('hardened') && !layers.includes('nocode'), String(layers));
  });

  it('is refused where a layer of it cannot stand', async () => {
    await assert.rejects(createSandbox({ hardened: true, isolation: 'gvisor' }), {
      code: 'isolation_unavailable',
      message:
        /asks for mute, nodump, landlock, nocode, nocaps, rlimits, which boxes of gvisor never have/,
      fix: 'isolation bubblewrap or oci or docker, or a floor without it and without hardened.',
    });
    await using none = await createSandbox({ hardened: true, isolation: 'none', warm: 0 });
    await assert.rejects(Promise.resolve(none.run('1')), {
      code: 'isolation_unavailable',
      message: /below the floor: .*mute.*hardened could not be proved/,
    });
    await assert.rejects(createSandbox({ hardened: true, engine: 'node' }), {
      code: 'invalid_option',
      message: /^hardened goes with engine isolate only\. Node needs machine code/,
    });
  });
});
