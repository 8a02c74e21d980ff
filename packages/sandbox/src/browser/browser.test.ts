import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { holdings } from '../drivers/fixtures/leftovers.ts';
import { until } from '../../../../test/shared/until.support.ts';
import type { Picture } from './relay/picture.ts';
import { type Bench, type Client, html, openBench, serve } from './browsers.support.ts';

const start = (picture: Picture): string =>
  picture instanceof Uint8Array ? Buffer.from(picture).toString('latin1', 1, 4) : picture.why;

const page = `<!doctype html><title>Here</title><h1>Hello</h1>
<form><input type="file" id="file"></form><a id="download" href="/file" download>x</a>
<script>
  console.log('one', 2, { three: 3 });
  console.error('bad');
  fetch('/missing');
  setTimeout(() => { throw new Error('boom'); });
</script>`;

describe('a browser', () => {
  let server: Awaited<ReturnType<typeof serve>>;
  let bench: Bench;
  let client: Client;
  let session: string;

  before(async () => {
    server = await serve((request, response) => {
      if (request.url === '/file') {
        response.setHeader('content-disposition', 'attachment; filename="../../a b.txt"');
        response.end('what was downloaded');
      } else if (request.url === '/large') {
        response.setHeader('content-disposition', 'attachment; filename="large"');
        response.setHeader('content-length', String(2 ** 20));
        response.end(Buffer.alloc(2 ** 20));
      } else if (request.url === '/') html(page)(request, response);
      else response.writeHead(404).end();
    });
    bench = await openBench({ allow: [server.host] });
    client = await bench.take({}, { 'in.txt': 'what the script made' });
    session = await client.page();
    await client.navigate(session, server.url);
  });

  after(async () => {
    await client[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('shows a page of a host that the run may reach, through the gateway', async () => {
    assert.equal(await client.evaluate(session, 'document.title'), 'Here');
    await until('the request for the page is in the log', () => client.entries.length > 0);
    assert.deepEqual(client.entries.map(({ url, outcome }) => [url, outcome])[0], [
      server.url,
      'ok',
    ]);
  });

  it('is silent: nothing but what pages ask for goes to the gateway', () => {
    const hosts = new Set(client.entries.map(({ host }) => host));
    assert.deepEqual([...hosts], ['127.0.0.1']);
  });

  it('writes console, errors and failed requests of pages into the log, marked', async () => {
    assert.equal(await client.logged(/one/), 'info [page] one 2 { three: 3 }');
    assert.equal(await client.logged(/bad/), 'error [page] bad');
    assert.match(await client.logged(/boom/), /^error \[page error\] Error: boom/);
    assert.match(await client.logged(/404.*missing/), /^error \[page\] Failed to load.*missing\)$/);
  });

  it('gives downloads to the run, under the name that the server gave', async () => {
    await client.evaluate(session, "document.querySelector('#download').click()");
    const { name, bytes } = await client.artifact();
    assert.equal(Buffer.from(bytes).toString(), 'what was downloaded');
    assert.ok(!name.includes('/'), name);
    assert.ok(name.endsWith('a b.txt'), name);
  });

  it('puts files of the script into forms, and no others', async () => {
    const { root } = await client.ask('DOM.getDocument', {}, session);
    const { nodeId } = await client.ask(
      'DOM.querySelector',
      { nodeId: (root as { nodeId: number }).nodeId, selector: '#file' },
      session,
    );
    await client.ask('DOM.setFileInputFiles', { files: ['in.txt'], nodeId }, session);
    const read =
      "(async (file) => [file.name, await file.text()])(document.querySelector('#file').files[0])";
    assert.deepEqual(await client.evaluate(session, read), ['in.txt', 'what the script made']);
    for (const files of [['/etc/passwd'], ['/tmp/files/1/in.txt'], ['../in.txt'], 'in.txt', [7]]) {
      await assert.rejects(
        client.ask('DOM.setFileInputFiles', { files, nodeId }, session),
        /DOM\.setFileInputFiles is not allowed/,
      );
    }
  });

  it('gives a picture of the page to the launcher', async () => {
    assert.match(start(await client.browser.picture()), /PNG/);
  });

  it('hides what is the relay’s own', async () => {
    const { targetInfos } = await client.ask('Target.getTargets', { filter: [{}] });
    const listed = (targetInfos as { type: string; url: string }[]).map(({ type }) => type);
    assert.deepEqual(listed.filter((type) => type === 'page').length, 1);
    const { browserContextIds } = await client.ask('Target.getBrowserContexts');
    assert.ok((browserContextIds as string[]).length <= 1);
  });

  it('measures its memory from outside', () => {
    const { bytes, peakBytes } = client.browser.use();
    assert.ok(bytes > 2 ** 24 && peakBytes >= bytes);
  });
});

describe('a browser without a way out', () => {
  it('reaches nothing, and says so', async () => {
    await using server = await serve(html('<title>never</title>'));
    await using bench = await openBench({ allow: [] });
    await using client = await bench.take();
    const session = await client.page();
    const answer = await client.navigate(session, server.url);
    assert.equal(answer['errorText'], 'net::ERR_BLOCKED_BY_ADMINISTRATOR');
    await client.logged(/\[browser\] GET .* failed: net::ERR_BLOCKED_BY_ADMINISTRATOR/);
    assert.deepEqual(server.hits, []);
    assert.deepEqual(
      client.entries.map(({ outcome }) => outcome),
      ['denied'],
    );
  });
});

describe('a download that is too large', () => {
  it('ends the run', async () => {
    await using server = await serve((_request, response) => {
      response.setHeader('content-disposition', 'attachment; filename="large"');
      response.end(Buffer.alloc(2 ** 20));
    });
    await using bench = await openBench({ allow: [server.host] });
    await using client = await bench.take({ artifactBytes: 1_000 });
    const session = await client.page();
    await client.navigate(session, server.url);
    const { reason, message } = await client.end;
    assert.equal(reason, 'artifact_limit');
    assert.match(message, /large/);
    assert.deepEqual(client.artifacts, []);
  });
});

describe('a pool of browsers', () => {
  it('hands each one out once, and leaves nothing behind', async () => {
    const held = holdings();
    {
      await using bench = await openBench({ warm: 1 });
      await bench.pool.warmUp();
      const first = await bench.take();
      const session = await first.page();
      await first.evaluate(session, "document.title = 'mine'");
      await first[Symbol.asyncDispose]();
      assert.deepEqual(await first.end, { reason: null, message: 'The browser was closed' });
      await using second = await bench.take();
      const { targetInfos } = await second.ask('Target.getTargets');
      assert.deepEqual(
        (targetInfos as { url: string }[]).map(({ url }) => url),
        ['about:blank'],
      );
      const fresh = await second.page();
      assert.equal(await second.evaluate(fresh, 'document.title'), '');
    }
    assert.deepEqual(holdings(), held);
  });

  it('is gone after its launcher is killed', async () => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('fixtures/launcher.ts', import.meta.url))],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const pids = JSON.parse(line.toString()) as number[];
    assert.ok(pids.length > 5);
    child.kill('SIGKILL');
    await once(child, 'close');
    const lives = (pid: number): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    // The kernel has no event for somebody else's process.
    await until('no process of the launcher and its browsers lives', () => !pids.some(lives));
  });
});
