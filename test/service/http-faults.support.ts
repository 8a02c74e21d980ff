// Faults that clients make. Long in test/faults, short in http-faults.test.ts; each prints its figures.
import assert from 'node:assert/strict';
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Service, startService } from './service.support.ts';
import { program } from './spawn.support.ts';
import { rssMb } from './processes.support.ts';
import { until } from '../shared/until.support.ts';

const attackers = fileURLToPath(new URL('fixtures/attackers.ts', import.meta.url));

async function newKey(
  { data }: Service,
  tenant: string,
): Promise<Readonly<Record<string, string>>> {
  const args = [program, 'keys', 'create', '--data', data, '--tenant', tenant, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return { authorization: `Bearer ${(JSON.parse(stdout) as { key: string }).key}` };
}

/** The value below which `share` of the sorted times lie. */
function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Asks steadily as a good client would; returns times in milliseconds. Throws for a bad answer. */
async function ask(
  service: Service,
  headers: Readonly<Record<string, string>>,
  ms: number,
): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + ms;
  for (let now = performance.now(); now < end; now = performance.now()) {
    // Every tenth question comes over a connection of its own.
    const more = times.length % 10 === 0 ? { connection: 'close' } : {};
    const { status, text } = await service.call('GET', '/v1/status', {
      headers: { ...headers, ...more },
    });
    assert.equal(status, 200, text);
    times.push(performance.now() - now);
    await sleep(10);
  }
  return times;
}

export interface HostileSize {
  readonly connections: number;
  /** They come from so many addresses. */
  readonly addresses: number;
  readonly ms: number;
}

/** F11: slow clients, idle clients and bombs of every kind, beside a client who wants something. */
export async function hostileClients({
  connections,
  addresses,
  ms,
}: HostileSize): Promise<{ ratio: number; rssMb: number }> {
  const rate = { perMinute: 1_000_000, perAddressPerMinute: 1_000_000 };
  await using service = await startService({
    config: { policies: { default: { rate } } },
  });
  const [good, bad] = [await newKey(service, 'good'), await newKey(service, 'bad')];
  await ask(service, good, 1_000);
  const before = await ask(service, good, ms / 3);
  const rssBefore = rssMb(service.pid);
  const hostile = fork(attackers, [
    service.url,
    bad['authorization']?.slice(7) ?? '',
    String(connections),
    String(addresses),
  ]);
  await once(hostile, 'message');
  let rssMost = 0;
  const watch = setInterval(() => (rssMost = Math.max(rssMost, rssMb(service.pid))), 100);
  const during = await ask(service, good, ms).finally(() => clearInterval(watch));
  const told = once(hostile, 'message');
  hostile.send('end');
  const [counts] = (await told) as [Record<string, number>];
  const run = await service.run({ code: 'return 1' }, good);
  assert.equal(run.status, 'succeeded');
  const [p95Before, p95During] = [quantile(before, 0.95), quantile(during, 0.95)];
  const figures = {
    ratio: p95During / p95Before,
    rssMb: rssMost - rssBefore,
  };
  console.log(
    `F11: ${during.length} good answers, p95 ${p95Before.toFixed(1)} ms before and ${p95During.toFixed(1)} ms during (${figures.ratio.toFixed(1)} ×), RSS +${figures.rssMb.toFixed(0)} MB; hostile: ${JSON.stringify(counts)}`,
  );
  assert.equal(counts['taken'], 0, 'no bomb was taken');
  return figures;
}

export interface OverloadSize {
  readonly ms: number;
  readonly tenants: number;
}

/** Runs a second that the service can do now, by a few clients who wait for each. */
async function capacityOf(
  service: Service,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const end = performance.now() + 3_000;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      await service.run({ code: 'return 1' }, headers);
      done++;
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return done / 3;
}

/**
 * F14: five times what the service can do, without waiting for answers. One tenant asks for nearly
 * all of it, far beyond its rate; the others together for two fifths of what can be done.
 */
export async function overload({ ms, tenants }: OverloadSize): Promise<{ kept: number }> {
  const perMinute = 3_000;
  const rate = { perMinute, perAddressPerMinute: 10_000_000, inFlight: 1_000 };
  const queue = { running: 4, queued: 50 };
  await using service = await startService({
    config: {
      policies: { default: { rate, queue, reuse: 'tenant' } },
      queue: { maxQueued: 50 * tenants },
      // All tenants come from one address here, with a connection for each open request.
      rates: { connections: { total: 10_000, perAddress: 10_000 } },
    },
  });
  const keys = await Promise.all(
    Array.from({ length: tenants }, (_, at) => newKey(service, `tenant-${at}`)),
  );
  const [loud = {}, ...calm] = keys;
  const capacity = await capacityOf(service, calm[0] ?? {});
  const statuses = new Map<number, number>();
  let resets = 0;
  const send = async (headers: Readonly<Record<string, string>>): Promise<boolean> => {
    const submit = () => service.call('POST', '/v1/runs', { body: { code: 'return 1' }, headers });
    const { status, headers: answer } = await submit().catch(() => {
      // A connection that the service closed as idle just as it was used again.
      resets++;
      return submit();
    });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 429 || status === 503) assert.ok(Number(answer['retry-after']) >= 1);
    return status === 202;
  };
  const began = performance.now();
  const asked = { loud: 0, calm: 0 };
  const calls: Record<'loud' | 'calm', Promise<boolean>[]> = { loud: [], calm: [] };
  for (let at = 0; performance.now() - began < ms;) {
    const seconds = (performance.now() - began) / 1_000;
    for (; asked.loud < capacity * 4.6 * seconds; asked.loud++) calls.loud.push(send(loud));
    for (; asked.calm < capacity * 0.4 * seconds; asked.calm++) {
      calls.calm.push(send(calm[at++ % calm.length] ?? {}));
    }
    await sleep(20);
  }
  const taken = await Promise.all(calls.calm);
  await Promise.all(calls.loud);
  const kept = taken.filter(Boolean).length / taken.length;
  const ended = performance.now();
  await until('the queue is empty', async () => {
    const { text } = await service.call('GET', '/v1/status', { headers: calm[0] ?? {} });
    return (JSON.parse(text) as { queued: number }).queued === 0;
  });
  const recoveredMs = performance.now() - ended;
  const shown = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
  console.log(
    `F14: it can do ${capacity.toFixed(0)} runs a second; ${asked.loud} asked by the loud one, ${asked.calm} by ${calm.length} others: ${shown}, ${resets} connections lost; the others kept ${(kept * 100).toFixed(1)} %, the queue was empty ${recoveredMs.toFixed(0)} ms after`,
  );
  for (const status of statuses.keys()) assert.ok([202, 429, 503].includes(status), String(status));
  assert.ok((statuses.get(429) ?? 0) > 0, 'the loud one was refused');
  assert.ok(recoveredMs <= 10_000, `${recoveredMs} ms to recover`);
  return { kept };
}
