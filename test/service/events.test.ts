// Live events over the real service: what a client sees across a restart, and how much of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Service, startService } from './service.support.ts';

interface Seen {
  readonly id: number;
  readonly event: string;
  readonly text: string | undefined;
}

/** Reads events until the stream ends, breaks, or `enough` has come. */
async function read(
  service: Service,
  runId: string,
  after: number,
  enough = Infinity,
): Promise<Seen[]> {
  const stop = new AbortController();
  const seen: Seen[] = [];
  try {
    const headers = { 'last-event-id': String(after) };
    const { body } = await fetch(`${service.url}/v1/runs/${runId}/events`, {
      headers,
      signal: stop.signal,
    });
    let text = '';
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const [, id] = /^id: (\d+)$/m.exec(part) ?? [];
        const [, event = ''] = /^event: (\S+)$/m.exec(part) ?? [];
        const [, data = '{}'] = /^data: (.*)$/m.exec(part) ?? [];
        if (id === undefined) continue;
        seen.push({ id: Number(id), event, text: (JSON.parse(data) as { text?: string }).text });
      }
      if (seen.length >= enough) return seen;
    }
  } catch {
    // The service went away: what has come has come.
  } finally {
    stop.abort();
  }
  return seen;
}

test('a client that comes back after a restart misses no event and sees none twice', async () => {
  await using first = await startService();
  const code = `for (let n = 0; n < 60; n++) {
    console.log(String(n));
    await new Promise((done) => setTimeout(done, 50));
  }`;
  const { text } = await first.call('POST', '/v1/runs', {
    body: { code, retry: { maxAttempts: 1 } },
  });
  const { id } = JSON.parse(text) as { id: string };
  const before = await read(first, id, 0, 10);
  assert.ok(before.length >= 10);
  await first.stop('SIGKILL');
  await using second = await startService({ data: first.data });
  const after = await read(second, id, before.at(-1)?.id ?? 0);
  const all = [...before, ...after];
  assert.deepEqual(
    all.map((seen) => seen.id),
    all.map((_, at) => at + 1),
  );
  assert.equal(all.at(-1)?.event, 'run.finished');
  const lines = all.filter(({ event }) => event === 'log').map((seen) => seen.text);
  const own = lines.filter((line) => /^\d+$/.test(line ?? ''));
  assert.deepEqual(
    own,
    own.map((_, at) => String(at)),
  );
});

test('100,000 lines of a script arrive complete and in order', async () => {
  await using service = await startService({ env: { CASTELLAN_LOG_LEVEL: 'error' } });
  const code = `for (let n = 0; n < 100_000; n++) console.log('line ' + n);`;
  const limits = {
    outputBytes: 4 * 2 ** 20,
    wallMs: 60_000,
    cpuMs: 50_000,
    memoryBytes: 512 * 2 ** 20,
  };
  const { text, status } = await service.call('POST', '/v1/runs', { body: { code, limits } });
  assert.equal(status, 202, text);
  const { id } = JSON.parse(text) as { id: string };
  const seen = await read(service, id, 0);
  let next = 0;
  for (const [at, { id: seq, event, text: line }] of seen.entries()) {
    assert.equal(seq, at + 1);
    if (event === 'log') assert.equal(line, `line ${next++}`);
  }
  assert.equal(seen.at(-1)?.event, 'run.finished');
  assert.equal(next, 100_000);
});
