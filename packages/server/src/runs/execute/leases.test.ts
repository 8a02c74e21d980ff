import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { type Lease, leases } from './leases.ts';

describe('leases', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
  afterEach(() => mock.timers.reset());

  /** Why the lease is void; null as long as it is not. */
  async function lost(lease: Lease): Promise<string | null> {
    const message = lease.lost.then(({ message: said }) => said);
    return Promise.race([message, new Promise<null>((resolve) => setImmediate(resolve, null))]);
  }

  it('are void when the launcher is silent, and not while it is heard', async () => {
    using held = leases(5_000);
    using lease = held.grant();
    mock.timers.tick(5_000);
    lease.renew();
    mock.timers.tick(5_000);
    assert.equal(await lost(lease), null);
    mock.timers.tick(1_000);
    assert.match((await lost(lease)) ?? '', /silent for 5000 ms/);
  });

  it('have an end that heartbeats do not put off', async () => {
    using held = leases(5_000);
    using lease = held.grant();
    lease.endWithin(3_000);
    for (let beat = 0; beat < 4; beat++) {
      lease.renew();
      mock.timers.tick(1_000);
    }
    assert.match((await lost(lease)) ?? '', /did not bring the run to its end/);
  });

  it('leave out the time that we take to write down what a launcher said, but when we give up', async () => {
    using held = leases(5_000);
    using lease = held.grant();
    lease.endWithin(3_000);
    lease.listening = false;
    mock.timers.tick(60_000);
    assert.equal(await lost(lease), null);
    lease.giveUpIn(3_000);
    mock.timers.tick(4_000);
    assert.match((await lost(lease)) ?? '', /did not bring the run to its end/);
  });
});
