import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type Answer,
  type Bench,
  type Client,
  html,
  openBench,
  serve,
} from './browsers.support.ts';

const secret = 'castellan-canary-3f1b';

/**
 * Letter F of the catalogue, with the isolate taken away: the attacker speaks raw CDP to the relay,
 * and pages are hostile too. The oracle is a file with a secret in it, and a server on this machine
 * that the run may not reach.
 */
describe('a hostile script and hostile pages', () => {
  let allowed: Awaited<ReturnType<typeof serve>>;
  let internal: Awaited<ReturnType<typeof serve>>;
  let bench: Bench;
  let client: Client;
  let session: string;
  let folder: string;
  let file: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'castellan-attack-'));
    file = join(folder, 'secret.html');
    await writeFile(file, `<title>${secret}</title>${secret}`);
    internal = await serve(html(secret));
    allowed = await serve((request, response) => {
      const target = new URL(request.url ?? '/', 'http://x').searchParams.get('to');
      if (target !== null) response.writeHead(302, { location: target }).end();
      else if (request.url === '/paper.pdf') {
        response.setHeader('content-type', 'application/pdf');
        response.end('%PDF-1.4\n1 0 obj<</Pages 2 0 R>>endobj\n2 0 obj<</Kids[]/Count 0>>endobj\n');
      } else if (request.url === '/worker.js') {
        response.setHeader('content-type', 'text/javascript');
        response.end(`self.addEventListener('activate', (event) =>
          event.waitUntil(fetch(${JSON.stringify(internal.url)}, { mode: 'no-cors' }).catch(() => 0)));`);
      } else html('<title>ours</title><body></body>')(request, response);
    });
    const second = allowed.host.replace('127.0.0.1', 'localhost');
    bench = await openBench({ allow: [allowed.host, second] });
    client = await bench.take({ networkRequests: 1_000 });
    session = await client.page();
    await client.navigate(session, allowed.url);
  });

  after(async () => {
    await client[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
    await allowed[Symbol.asyncDispose]();
    await internal[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** Everything that any page of the run shows. */
  async function shown(): Promise<string> {
    const text =
      "document.documentElement.outerHTML + location.href + Array.from(frames).map((frame) => { try { return frame.document.documentElement.outerHTML; } catch { return ''; } })";
    return String(await client.evaluate(session, text));
  }

  const pages = {
    'F01 an iframe of a file': () =>
      `const f = document.createElement('iframe'); f.src = 'file://${file}'; document.body.append(f)`,
    'F01 a frame of a frame from data:': () =>
      `const f = document.createElement('iframe'); f.src = 'data:text/html,<iframe src="file://${file}">'; document.body.append(f)`,
    'F01 a fetch of a file': () =>
      `fetch('file://${file}').then(async (r) => document.body.append(await r.text())).catch(() => 0)`,
    'F01 a window of a file': () => `open('file://${file}')`,
    'F01 a window of Chromium’s own pages': () =>
      `open('chrome://version'); open('devtools://devtools/bundled/inspector.html'); open('view-source:file://${file}')`,
    'F01 a redirect to a file': () =>
      `fetch('/?to=file://${file}').then(async (r) => document.body.append(await r.text())).catch(() => 0)`,
    'F06 requests of every kind to an internal server': () => `
      for (const make of [
        (u) => fetch(u, { mode: 'no-cors' }).catch(() => 0),
        (u) => navigator.sendBeacon(u, 'x'),
        (u) => { new Image().src = u; },
        (u) => { const e = document.createElement('script'); e.src = u; document.body.append(e); },
        (u) => { const e = document.createElement('link'); e.rel = 'prefetch'; e.href = u; document.head.append(e); },
        (u) => { const e = document.createElement('link'); e.rel = 'preconnect'; e.href = u; document.head.append(e); },
        (u) => { const e = document.createElement('iframe'); e.src = u; document.body.append(e); },
        (u) => { const e = document.createElement('object'); e.data = u; document.body.append(e); },
        (u) => new WebSocket(u.replace('http', 'ws')),
        (u) => new EventSource(u),
        (u) => new Worker(URL.createObjectURL(new Blob(['fetch("' + u + '")']))),
        (u) => open(u),
        (u) => fetch('/?to=' + encodeURIComponent(u), { mode: 'no-cors' }).catch(() => 0),
      ]) { try { make('${internal.url}'); } catch {} }`,
    'F06 other spellings of this machine': () => `
      for (const host of ['localhost', '127.1', '0', '0.0.0.0', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost.'])
        fetch('http://' + host + ':${internal.host.split(':')[1]}/', { mode: 'no-cors' }).catch(() => 0)`,
    'F06 a service worker': () => `navigator.serviceWorker.register('/worker.js').catch(() => 0)`,
    'F06 metadata': () =>
      `fetch('http://169.254.169.254/latest/meta-data/', { mode: 'no-cors' }).catch(() => 0)`,
    'F07 the debugging port': () =>
      `for (const port of [9222, 9229, 3128]) fetch('http://127.0.0.1:' + port + '/json/version').then(async (r) => document.body.append(await r.text())).catch(() => 0)`,
  } as const;

  for (const [name, attack] of Object.entries(pages)) {
    it(name, async () => {
      await client.evaluate(session, `{ ${attack()} } 0`);
      // What was started ends in its own time; none of it may have got anywhere.
      await client.evaluate(session, 'new Promise((resolve) => setTimeout(resolve, 150))');
      assert.ok(!(await shown()).includes(secret));
      assert.deepEqual(internal.hits, []);
      const { targetInfos } = await client.ask('Target.getTargets');
      for (const { url } of targetInfos as { url: string }[]) {
        assert.match(url, /^(https?:|about:|data:|blob:|chrome-error:|$)/);
      }
    });
  }

  it('F01 a file as the first page of a target, by every spelling', async () => {
    for (const url of [
      `file://${file}`,
      `FILE://${file}`,
      `\tfile://${file}`,
      `view-source:file://${file}`,
      'chrome://settings',
      'about:version',
    ]) {
      await assert.rejects(client.ask('Target.createTarget', { url }), /not allowed|invalid/, url);
      await assert.rejects(
        client.ask('Page.navigate', { url }, session),
        /not allowed|invalid/,
        url,
      );
    }
  });

  it('F01 the same in a frame of another site', async () => {
    const auto = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true, filter: [{}] };
    await client.ask('Target.setAutoAttach', auto, session);
    await client.evaluate(
      session,
      `{ const f = document.createElement('iframe'); f.src = '${allowed.url.replace('127.0.0.1', 'localhost')}'; document.body.append(f) } 0`,
    );
    const { sessionId } = await client.event('Target.attachedToTarget', ({ targetInfo }) => {
      return (targetInfo as Answer)['type'] === 'iframe';
    });
    for (const url of [
      `file://${file}`,
      'chrome://settings',
      'devtools://devtools/x',
      '\tFILE:/x',
    ]) {
      const navigated = client.ask('Page.navigate', { url }, String(sessionId));
      await assert.rejects(navigated, /not allowed/, url);
    }
    await client.ask(
      'Target.setAutoAttach',
      { autoAttach: false, waitForDebuggerOnStart: false },
      session,
    );
  });

  it('F02 files of this machine for a form', async () => {
    const files = [file];
    await assert.rejects(
      client.ask('DOM.setFileInputFiles', { files, nodeId: 1 }, session),
      /not allowed/,
    );
  });

  it('F03 sessions and targets that the script was never given', async () => {
    for (const id of ['', 'A'.repeat(32), 'browser', '__proto__']) {
      await assert.rejects(client.ask('Runtime.evaluate', { expression: '1' }, id), /not found/);
      await assert.rejects(
        client.ask('Target.attachToTarget', { targetId: id, flatten: true }),
        /no target of this run/,
      );
      await assert.rejects(
        client.ask('Target.detachFromTarget', { sessionId: id }),
        /no session of this run/,
      );
    }
  });

  it('F03 words that are no command, or two', async () => {
    const { browser } = client;
    for (const text of [
      '',
      '\0',
      '{}',
      '[]',
      '{"id":1',
      '{"id":90001,"method":"Browser.getVersion"}\0{"id":90002,"method":"Browser.crash"}',
      '['.repeat(100_000),
    ]) {
      browser.send(Buffer.from(text));
    }
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const nested = `{"id":90003,"method":"Runtime.evaluate","params":{"expression":${deep}}}`;
    browser.send(Buffer.from(nested));
    const { product } = await client.ask('Browser.getVersion');
    assert.match(String(product), /Chrome/);
  });

  it('F03 a stream handle of somebody else', async () => {
    for (const handle of ['1', '2', 'blob:x']) {
      await assert.rejects(client.ask('IO.read', { handle }, session), /no stream of this run/);
    }
    const { stream } = await client.ask(
      'Page.printToPDF',
      { transferMode: 'ReturnAsStream' },
      session,
    );
    const { data } = await client.ask('IO.read', { handle: stream }, session);
    assert.ok(String(data).length > 0);
  });

  it('F03 a session to the viewer of PDFs, which has more rights than pages', async () => {
    await using viewing = await bench.take();
    const tab = await viewing.page();
    const auto = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true, filter: [{}] };
    await viewing.ask('Target.setDiscoverTargets', { discover: true, filter: [{}] });
    await viewing.ask('Target.setAutoAttach', auto, tab);
    await viewing.navigate(tab, `${allowed.url}paper.pdf`);
    // The relay's word that the viewer is there, and that it is not the script's.
    const removed = await viewing.event('Page.frameDetached', ({ reason }) => reason === 'remove');
    const tree = { targetId: removed['frameId'], flatten: true };
    await assert.rejects(viewing.ask('Target.attachToTarget', tree), /no target of this run/);
    const { targetInfos } = await viewing.ask('Target.getTargets', { filter: [{}] });
    for (const { targetId, type, url } of targetInfos as Record<string, string>[]) {
      assert.doesNotMatch(`${url}`, /^chrome/);
      if (type === 'browser') continue;
      const { sessionId } = await viewing.ask('Target.attachToTarget', { targetId, flatten: true });
      if (type === 'tab') continue;
      const seen = 'location.origin + typeof globalThis.chrome?.mimeHandlerPrivate';
      assert.match(String(await viewing.evaluate(String(sessionId), seen)), /^http.*undefined$/);
    }
    assert.equal(await viewing.evaluate(tab, 'document.contentType'), 'application/pdf');
    assert.deepEqual(
      [...new Set(viewing.entries.map(({ host }) => host))],
      [allowed.host.split(':')[0]],
    );
  });

  it('F03 the same by a second connection, and more of them than there may be', async () => {
    const { sessionId } = await client.ask('Target.attachToBrowserTarget');
    const second = String(sessionId);
    const refused: [string, object][] = [
      ['Target.createTarget', { url: `file://${file}` }],
      ['Target.attachToTarget', { targetId: 'browser', flatten: true }],
      ['Browser.crash', {}],
      ['SystemInfo.getInfo', {}],
    ];
    for (const [method, params] of refused) {
      await assert.rejects(client.ask(method, params, second), /not allowed|no target/, method);
    }
    await client.ask('Target.setDiscoverTargets', { discover: true, filter: [{}] }, second);
    const { targetInfo } = await client.event('Target.targetCreated', (params) => {
      return (params['targetInfo'] as Answer)['type'] === 'browser';
    });
    const { targetId } = targetInfo as Answer;
    await assert.rejects(client.ask('Target.closeTarget', { targetId }), /support closing/);
    await assert.rejects(async () => {
      for (;;) await client.ask('Target.attachToBrowserTarget');
    }, /more than 16 connections/);
    await client.ask('Target.detachFromTarget', { sessionId });
    await assert.rejects(client.ask('Browser.getVersion', {}, second), /not found/);
    await client.ask('Target.attachToBrowserTarget');
  });

  it('F04 the end of the browser is the relay’s to give', async () => {
    await client.ask('Browser.close');
    const { product } = await client.ask('Browser.getVersion');
    assert.match(String(product), /Chrome/);
  });

  it('F12 nothing of a run is there in the next', async () => {
    await client.evaluate(
      session,
      "document.cookie = 'left=over; max-age=9999'; localStorage.left = 'over'; caches.open('left').then(() => 0)",
    );
    await using next = await bench.take();
    const fresh = await next.page();
    await next.navigate(fresh, allowed.url);
    const left =
      'caches.keys().then(async (keys) => [document.cookie, Object.keys(localStorage), keys, (await navigator.serviceWorker.getRegistrations()).length])';
    assert.deepEqual(await next.evaluate(fresh, left), ['', [], [], 0]);
  });

  it('nothing of all this has reached the internal server or the file', async () => {
    assert.deepEqual(internal.hits, []);
    assert.ok(!client.logs.join('\n').includes(secret));
    assert.ok(client.entries.some(({ outcome }) => outcome === 'denied'));
  });

  it('the oracle sees it when that wall is taken away', async () => {
    await using open = await bench.take({}, {}, [allowed.host, internal.host]);
    const page = await open.page();
    await open.navigate(page, allowed.url);
    await open.evaluate(page, `fetch('${internal.url}', { mode: 'no-cors' }).then(() => 0)`);
    assert.deepEqual(internal.hits, ['/']);
  });
});
