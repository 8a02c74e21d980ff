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

const secret = 'castellan-canary-77c2';

/** What recipes and audits send over a session of a page, and what hostile scripts make of it. */
describe('commands over the relay', () => {
  let site: Awaited<ReturnType<typeof serve>>;
  let internal: Awaited<ReturnType<typeof serve>>;
  let bench: Bench;
  let client: Client;
  let session: string;
  let folder: string;
  let file: string;

  const ask = (method: string, params: object = {}): Promise<Answer> =>
    client.ask(method, params, session);
  const evaluate = (expression: string): Promise<unknown> => client.evaluate(session, expression);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'castellan-commands-'));
    file = `file://${join(folder, 'secret.html')}`;
    await writeFile(join(folder, 'secret.html'), secret);
    internal = await serve(html(secret));
    site = await serve((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
      const to = searchParams.get('to');
      if (to !== null) response.writeHead(302, { location: to }).end();
      else if (pathname === '/report.txt') {
        response.writeHead(200, { 'content-disposition': 'attachment' }).end('the report');
      } else if (pathname === '/hostile.webmanifest') {
        const icons = [{ src: file }, { src: internal.url }];
        response.end(JSON.stringify({ name: 'x', start_url: file, icons }));
      } else {
        html(
          `<link rel="manifest" href="/hostile.webmanifest"><title>ours</title><style>#b:hover { color: rgb(1, 2, 3) }</style>
          <body><button id="b" onclick="1">press</button>
          <script>addEventListener('x', () => 0); function late() { return 1; }</script>`,
        )(request, response);
      }
    });
    bench = await openBench({ allow: [site.host] });
    client = await bench.take({ networkRequests: 1_000 });
    session = await client.page();
    await client.navigate(session, site.url);
  });

  after(async () => {
    await client[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
    await internal[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** The number of the node for a selector. */
  async function node(selector: string): Promise<unknown> {
    const { root } = await ask('DOM.getDocument');
    const { nodeId } = await ask('DOM.querySelector', {
      nodeId: (root as Answer)['nodeId'],
      selector,
    });
    return nodeId;
  }

  describe('that recipes send', () => {
    it('accepts where downloads should go, makes artifacts of them all the same, and tells of them', async () => {
      for (const method of ['Page.setDownloadBehavior', 'Browser.setDownloadBehavior']) {
        assert.deepEqual(await ask(method, { behavior: 'allow', downloadPath: folder }), {});
        assert.deepEqual(await ask(method, { behavior: 'deny' }), {});
      }
      await ask('Browser.setDownloadBehavior', { behavior: 'allow', eventsEnabled: true });
      await evaluate("location.href = '/report.txt'; 0");
      const begun = await client.event('Browser.downloadWillBegin');
      assert.equal(begun['suggestedFilename'], 'report.txt');
      const done = await client.event(
        'Browser.downloadProgress',
        (e) => e['state'] === 'completed',
      );
      assert.deepEqual(
        { ...done, guid: begun['guid'] },
        { guid: begun['guid'], state: 'completed', receivedBytes: 10, totalBytes: 10 },
      );
      // It is there when its end is told.
      const [{ bytes } = assert.fail('no artifact')] = client.artifacts;
      assert.equal(String(Buffer.from(bytes)), 'the report');
    });

    it('tells a page’s session about the browser, its windows and permissions', async () => {
      assert.match(String((await ask('Browser.getVersion'))['product']), /Chrome/);
      const { windowId } = await ask('Browser.getWindowForTarget');
      await ask('Browser.setWindowBounds', { windowId, bounds: { width: 900, height: 700 } });
      await ask('Browser.grantPermissions', {
        origin: new URL(site.url).origin,
        permissions: ['geolocation'],
      });
      const state = "navigator.permissions.query({ name: 'geolocation' }).then((p) => p.state)";
      assert.equal(await evaluate(state), 'granted');
      await ask('Browser.resetPermissions');
    });

    it('reads what a page is made of', async () => {
      await ask('DOM.enable');
      await ask('CSS.enable');
      const { data } = await ask('Page.captureSnapshot', { format: 'mhtml' });
      assert.match(String(data), /press/);
      const { frameTree } = await ask('Page.getResourceTree');
      assert.match(JSON.stringify(frameTree), /"url":"http:/);
      const { frame } = frameTree as { frame: Answer };
      const { content } = await ask('Page.getResourceContent', {
        frameId: frame['id'],
        url: site.url,
      });
      assert.match(String(content), /ours/);
      assert.ok(Number((await ask('Memory.getDOMCounters'))['nodes']) > 5);
      const { fonts } = await ask('CSS.getPlatformFontsForNode', { nodeId: await node('#b') });
      assert.ok(Array.isArray(fonts));
      const { result } = await ask('Runtime.evaluate', { expression: 'b' });
      const { objectId } = result as Answer;
      const { listeners } = await ask('DOMDebugger.getEventListeners', { objectId });
      assert.match(JSON.stringify(listeners), /click/);
      await ask('Overlay.enable');
      await ask('Overlay.highlightNode', { highlightConfig: {}, objectId });
      await ask('CSS.forcePseudoState', {
        nodeId: await node('#b'),
        forcedPseudoClasses: ['hover'],
      });
      assert.equal(await evaluate('getComputedStyle(b).color'), 'rgb(1, 2, 3)');
    });

    it('reads what a page has stored', async () => {
      await evaluate(`document.cookie = 'kind=ginger'; localStorage.tea = 'green';
        caches.open('pantry').then(() => new Promise((resolve) => {
          const opening = indexedDB.open('cellar');
          opening.onsuccess = () => resolve(opening.result.close());
        }))`);
      const { cookies } = await ask('Network.getAllCookies');
      assert.deepEqual(
        (cookies as Answer[]).map(({ name, value }) => [name, value]),
        [['kind', 'ginger']],
      );
      const securityOrigin = new URL(site.url).origin;
      await ask('DOMStorage.enable');
      const { entries } = await ask('DOMStorage.getDOMStorageItems', {
        storageId: { securityOrigin, isLocalStorage: true },
      });
      assert.deepEqual(entries, [['tea', 'green']]);
      await ask('IndexedDB.enable');
      const { databaseNames } = await ask('IndexedDB.requestDatabaseNames', { securityOrigin });
      assert.deepEqual(databaseNames, ['cellar']);
      const { caches } = await ask('CacheStorage.requestCacheNames', { securityOrigin });
      assert.match(JSON.stringify(caches), /pantry/);
    });

    it('emulates what a page is told, by old names of commands too', async () => {
      await ask('Emulation.setHardwareConcurrencyOverride', { hardwareConcurrency: 7 });
      await ask('Emulation.setNavigatorOverrides', { platform: 'Win32' });
      await ask('Emulation.setAutomationOverride', { enabled: false });
      await ask('Page.setTouchEmulationEnabled', { enabled: true });
      await ask('Page.setFontFamilies', { fontFamilies: { standard: 'DejaVu Sans' } });
      await ask('Page.setWebLifecycleState', { state: 'active' });
      await ask('Security.setIgnoreCertificateErrors', { ignore: false });
      const told = '[navigator.hardwareConcurrency, navigator.platform]';
      assert.deepEqual(await evaluate(told), [7, 'Win32']);
      await ask('Page.setDeviceMetricsOverride', {
        width: 400,
        height: 300,
        deviceScaleFactor: 1,
        mobile: false,
      });
      assert.deepEqual(await evaluate('[innerWidth, innerHeight]'), [400, 300]);
      await ask('Page.clearDeviceMetricsOverride');
    });

    it('has security keys of its own', async () => {
      await ask('WebAuthn.enable', { enableUI: false });
      const { authenticatorId } = await ask('WebAuthn.addVirtualAuthenticator', {
        options: { protocol: 'ctap2', transport: 'usb' },
      });
      assert.deepEqual(await ask('WebAuthn.getCredentials', { authenticatorId }), {
        credentials: [],
      });
      await ask('WebAuthn.disable');
    });

    it('profiles scripts, stops them and lets them go on', async () => {
      await ask('Profiler.enable');
      await ask('Profiler.start');
      await evaluate('late()');
      const { profile } = await ask('Profiler.stop');
      assert.ok(Array.isArray((profile as Answer)['nodes']));
      await ask('Debugger.enable');
      const stopped = ask('Runtime.evaluate', { expression: 'debugger; 7', returnByValue: true });
      const { callFrames } = await client.event('Debugger.paused');
      const [top] = callFrames as Answer[];
      const { result } = await ask('Debugger.evaluateOnCallFrame', {
        callFrameId: top?.['callFrameId'],
        expression: '6 * 7',
      });
      assert.equal((result as Answer)['value'], 42);
      await ask('Debugger.resume');
      assert.equal(((await stopped)['result'] as Answer)['value'], 7);
      await ask('Debugger.disable');
    });

    it('loads a resource with the page’s rights, and reads it as a stream', async () => {
      const { frameTree } = await ask('Page.getFrameTree');
      const frameId = (frameTree as { frame: Answer }).frame['id'];
      const options = { disableCache: true, includeCredentials: true };
      const { resource } = await ask('Network.loadNetworkResource', {
        frameId,
        url: site.url,
        options,
      });
      const { stream } = resource as Answer;
      const { data, base64Encoded } = await ask('IO.read', { handle: stream });
      const text = base64Encoded === true ? Buffer.from(String(data), 'base64') : data;
      assert.match(String(text), /ours/);
      await ask('IO.close', { handle: stream });
    });
  });

  describe('that hostile scripts send', () => {
    /** Everything that a command gives away: an answer or an error. */
    async function given(method: string, params: object): Promise<string> {
      return ask(method, params).then(JSON.stringify, (error: Error) => error.message);
    }

    async function frameId(): Promise<unknown> {
      const { frameTree } = await ask('Page.getFrameTree');
      return (frameTree as { frame: Answer }).frame['id'];
    }

    it('F07 names files and internal addresses as resources of a page', async () => {
      await ask('Page.enable');
      const told: string[] = [];
      for (const url of [file, internal.url, `view-source:${file}`, 'chrome://version/']) {
        told.push(await given('Page.getResourceContent', { frameId: await frameId(), url }));
        told.push(
          await given('Page.searchInResource', { frameId: await frameId(), url, query: 'canary' }),
        );
      }
      assert.ok(!told.join().includes(secret));
      assert.ok(told.every((text) => !text.includes('"content"')));
    });

    it('F07 has resources loaded from elsewhere, directly or by a redirect', async () => {
      const options = { disableCache: true, includeCredentials: true };
      const told: string[] = [];
      for (const target of [file, internal.url, 'chrome://version/']) {
        for (const url of [target, `${site.url}?to=${encodeURIComponent(target)}`]) {
          const answer = await given('Network.loadNetworkResource', {
            frameId: await frameId(),
            url,
            options,
          });
          told.push(answer);
          const handle = /"stream":"([^"]+)"/.exec(answer)?.[1];
          if (handle !== undefined) told.push(await given('IO.read', { handle }));
        }
      }
      assert.ok(!told.join().includes(secret), told.join('\n'));
    });

    it('F07 has the browser itself fetch: manifest, icons, styles, nodes, scripts', async () => {
      await ask('DOM.enable');
      await ask('CSS.enable');
      const told = [
        await given('Page.getAppManifest', {}),
        await given('Page.getManifestIcons', {}),
        await given('Page.getInstallabilityErrors', {}),
      ];
      const { styleSheetId } = await ask('CSS.createStyleSheet', { frameId: await frameId() });
      told.push(
        await given('CSS.setStyleSheetText', {
          styleSheetId,
          text: `@import url(${internal.url}); @import url(${file}); body { background: url(${internal.url}), url(${file}) }`,
        }),
        await given('DOM.setOuterHTML', {
          nodeId: await node('#b'),
          outerHTML: `<div id="b"><iframe src="${file}"></iframe><iframe src="${internal.url}"></iframe><object data="${file}"></object></div>`,
        }),
        await given('Runtime.compileScript', {
          expression: `1\n//# sourceMappingURL=${internal.url}`,
          sourceURL: file,
          persistScript: true,
        }),
        await given('Page.addScriptToEvaluateOnLoad', {
          scriptSource: `try { open('${file}') } catch {} fetch('${internal.url}').catch(() => 0)`,
        }),
      );
      await client.navigate(session, site.url);
      await evaluate('new Promise((resolve) => setTimeout(resolve, 150))');
      told.push(await given('Page.captureSnapshot', {}), await given('Page.getResourceTree', {}));
      assert.ok(!told.join().includes(secret));
      const { targetInfos } = await client.ask('Target.getTargets');
      assert.doesNotMatch(JSON.stringify(targetInfos), /"url":"file:/);
    });

    it('F07 looks for windows, cookies and storage of others', async () => {
      for (const [method, params] of [
        ['Browser.getWindowForTarget', { targetId: 'A'.repeat(32) }],
        ['Storage.getCookies', { browserContextId: 'A'.repeat(32) }],
        ['Browser.setPermission', { browserContextId: 'A'.repeat(32), setting: 'granted' }],
      ] as const) {
        assert.match(await given(method, params), /of this run/, method);
      }
      await using next = await bench.take();
      const fresh = await next.page();
      await next.navigate(fresh, site.url);
      const securityOrigin = new URL(site.url).origin;
      assert.deepEqual(await next.ask('Network.getAllCookies', {}, fresh), { cookies: [] });
      assert.deepEqual(
        await next.ask('IndexedDB.requestDatabaseNames', { securityOrigin }, fresh),
        { databaseNames: [] },
      );
      assert.deepEqual(
        await next.ask('CacheStorage.requestCacheNames', { securityOrigin }, fresh),
        { caches: [] },
      );
    });

    it('has reached neither the internal server nor the file', () => {
      assert.deepEqual(internal.hits, []);
      assert.ok(!client.logs.join('\n').includes(secret));
      assert.ok(client.entries.some(({ outcome }) => outcome === 'denied'));
    });
  });
});
