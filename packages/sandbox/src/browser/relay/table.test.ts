import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { decide } from './decide.ts';
import type { Known } from './rules.ts';
import { type SessionType, table } from './table.ts';

const known: Known = {
  ownsContext: (id) => id === 'own',
  ownsTarget: (id) => id === 'own',
  ownsSession: (id) => id === 'own',
  ownsStream: (handle) => handle === 'own',
};
const types: readonly SessionType[] = ['browser', 'tab', 'page', 'frame', 'worker'];

interface Domain {
  readonly domain: string;
  readonly commands?: readonly {
    readonly name: string;
    readonly parameters?: readonly { readonly name: string; readonly optional?: boolean }[];
  }[];
}

/** Every command that the protocol knows, as its own makers list them. */
const domains = ['browser_protocol', 'js_protocol'].flatMap((name) => {
  const file = new URL(import.meta.resolve(`devtools-protocol/json/${name}.json`));
  return (JSON.parse(readFileSync(file, 'utf8')) as { domains: Domain[] }).domains;
});
const commands = new Map(
  domains.flatMap(({ domain, commands: list = [] }) =>
    list.map(({ name, parameters = [] }): [string, typeof parameters] => [
      `${domain}.${name}`,
      parameters,
    ]),
  ),
);

/** Domains of which nothing is allowed, on no session. */
const closedDomains = [
  'Autofill',
  'BackgroundService',
  'BluetoothEmulation',
  'CacheStorage',
  'Cast',
  'DeviceAccess',
  'Extensions',
  'FedCm',
  'FileSystem',
  'HeadlessExperimental',
  'IndexedDB',
  'Inspector',
  'Memory',
  'Overlay',
  'PWA',
  'Preload',
  'Schema',
  'Security',
  'ServiceWorker',
  'SystemInfo',
  'Tethering',
  'Tracing',
  'WebAuthn',
];

/** What the catalogue of attacks names, and what each would give away. */
const forbidden: readonly (readonly [SessionType, string, object])[] = [
  ['browser', 'Browser.crash', {}],
  ['browser', 'Browser.crashGpuProcess', {}],
  ['browser', 'Browser.getBrowserCommandLine', {}],
  ['browser', 'Browser.executeBrowserCommand', { commandId: 'openTabSearch' }],
  ['browser', 'Browser.addPrivacySandboxEnrollmentOverride', { url: 'https://a.b' }],
  ['browser', 'Browser.cancelDownload', { guid: '1' }],
  ['page', 'Browser.getVersion', {}],
  ['page', 'Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: '/' }],
  ['page', 'Page.setDownloadBehavior', { behavior: 'allow', downloadPath: '/' }],
  ['browser', 'Target.attachToBrowserTarget', {}],
  ['page', 'Target.attachToBrowserTarget', {}],
  ['browser', 'Target.exposeDevToolsProtocol', { targetId: 'own' }],
  ['browser', 'Target.setRemoteLocations', { locations: [] }],
  ['browser', 'Target.sendMessageToTarget', { message: '{}', sessionId: 'own' }],
  ['page', 'Target.createTarget', { url: 'about:blank' }],
  ['page', 'Target.attachToTarget', { targetId: 'own', flatten: true }],
  ['page', 'Target.getTargets', {}],
  ['page', 'Target.createBrowserContext', {}],
  ['browser', 'Target.attachToTarget', { targetId: 'other', flatten: true }],
  ['browser', 'Target.closeTarget', { targetId: 'other' }],
  ['browser', 'Target.createTarget', { url: 'file:///etc/passwd' }],
  ['browser', 'Target.createTarget', { url: 'chrome://version' }],
  ['browser', 'Target.createTarget', { url: 'about:blank', browserContextId: 'other' }],
  ['browser', 'Target.createTarget', { url: 'about:blank', enableBeginFrameControl: true }],
  ['browser', 'Storage.getCookies', { browserContextId: 'other' }],
  ['page', 'Page.navigate', { url: 'file:///etc/passwd' }],
  ['page', 'Page.navigate', { url: ' FILE:///etc/passwd' }],
  ['page', 'Page.navigate', { url: 'fi\nle:///etc/passwd' }],
  ['page', 'Page.navigate', { url: 'chrome://settings' }],
  ['page', 'Page.navigate', { url: 'devtools://devtools/bundled/inspector.html' }],
  ['page', 'Page.navigate', { url: 'view-source:http://a.b/' }],
  ['page', 'Page.navigate', { url: 'about:gpu' }],
  ['page', 'Page.navigate', { url: 'javascript:1' }],
  ['page', 'Page.navigate', { url: 'blob:file:///x' }],
  ['page', 'Page.navigate', { url: 'blob:chrome://version/x' }],
  ['page', 'Page.navigate', { url: 'filesystem:http://a.b/temporary/x' }],
  ['page', 'Page.navigate', { url: 'ftp://a.b/' }],
  ['page', 'Page.navigate', { url: ['file:///etc/passwd'] }],
  ['page', 'Fetch.continueRequest', { requestId: '1', url: 'file:///etc/passwd' }],
  ['page', 'DOM.getFileInfo', { objectId: '1' }],
  ['page', 'IO.read', { handle: 'other' }],
  ['page', 'IO.resolveBlob', { objectId: '1' }],
  ['page', 'Network.loadNetworkResource', { url: 'file:///etc/passwd' }],
  ['page', 'Network.getAllCookies', {}],
  ['page', 'Page.crash', {}],
  ['page', 'Page.setWebLifecycleState', { state: 'frozen' }],
  ['page', 'Security.setIgnoreCertificateErrors', { ignore: true }],
  ['page', 'Tracing.start', {}],
  ['page', 'SystemInfo.getInfo', {}],
  ['page', 'Input.dispatchDragEvent', { data: { files: ['/etc/passwd'] } }],
  ['page', 'Page.captureScreenshot', { clip: { width: 1e5, height: 1e5, scale: 1 } }],
  ['page', 'Page.captureScreenshot', { clip: { width: 4e3, height: 4e3, scale: 9 } }],
  ['page', 'Emulation.setDeviceMetricsOverride', { width: 1e6, height: 1, deviceScaleFactor: 1 }],
  ['page', 'Emulation.setDeviceMetricsOverride', { width: 1, height: 1, deviceScaleFactor: 99 }],
  ['worker', 'Page.navigate', { url: 'http://a.b/' }],
  ['page', '__proto__', {}],
  ['page', 'constructor', {}],
  ['page', 'Runtime.evaluate', { __proto__: null, expression: '1', toString: 1 }],
];

describe('table', () => {
  it('names only commands and parameters that the protocol has', () => {
    const unknown = Object.entries(table).flatMap(([method, { parameters }]) => {
      const listed = commands.get(method);
      if (listed === undefined) return [method];
      const names = new Set(listed.map(({ name }) => name));
      return Object.keys(parameters)
        .filter((name) => !names.has(name) && parameters[name]?.name !== 'ignored')
        .map((name) => `${method} ${name}`);
    });
    assert.deepEqual(unknown, []);
  });

  it('decides on every command of the protocol, on every kind of session', (t) => {
    const counts = { commands: 0, allowed: 0, decisions: 0, passed: 0, parameters: 0, checked: 0 };
    for (const method of new Set([...commands.keys(), ...Object.keys(table)])) {
      const row = table[method];
      const passing = types.filter((type) => decide(type, method, {}, known).pass);
      assert.deepEqual(
        passing,
        row === undefined ? [] : types.filter((type) => row.sessions.includes(type)),
      );
      assert.equal(decide(null, method, {}, known).pass, false, 'a session of an unknown kind');
      const rules = Object.entries(row?.parameters ?? {});
      counts.commands += 1;
      counts.allowed += row === undefined ? 0 : 1;
      counts.decisions += types.length;
      counts.passed += passing.length;
      counts.parameters += rules.length;
      counts.checked += rules.filter(([, { name }]) => name !== 'any').length;
      if (row === undefined) continue;
      const shown = rules.map(([name, rule]) =>
        rule.name === 'any' ? name : `${name}: ${rule.name}`,
      );
      const by = row.answered === undefined ? '' : ' (answered by the relay)';
      t.diagnostic(`${method}${by} | ${passing.join(' ')} | ${shown.join(', ')}`);
    }
    t.diagnostic(JSON.stringify(counts));
    assert.ok(counts.allowed < counts.commands / 2, 'most of the protocol is refused');
  });

  it('refuses a parameter that it does not name', () => {
    for (const [method, { sessions }] of Object.entries(table)) {
      const decision = decide(sessions[0] ?? null, method, { somethingNew: 1 }, known);
      assert.equal(decision.pass, false, method);
    }
  });

  it('has nothing of the domains that no page needs', () => {
    const open = Object.keys(table).filter((method) =>
      closedDomains.includes(method.split('.')[0] ?? ''),
    );
    assert.deepEqual(open, []);
  });
});

describe('decide', () => {
  for (const [type, method, params] of forbidden) {
    it(`refuses ${method} ${JSON.stringify(params)} on a session of type ${type}`, () => {
      const decision = decide(type, method, params as Record<string, unknown>, known);
      assert.equal(decision.pass, false);
      assert.ok(!decision.pass && decision.why.includes(method), 'the refusal names the method');
    });
  }

  it('takes the way around the proxy out of a new context', () => {
    const params = { proxyServer: 'http://a.b', proxyBypassList: '*', disposeOnDetach: true };
    const decision = decide('browser', 'Target.createBrowserContext', params, known);
    assert.ok(decision.pass);
    assert.deepEqual({ ...decision.params }, { disposeOnDetach: true });
    assert.deepEqual(decision.dropped, ['proxyServer', 'proxyBypassList']);
  });

  it('makes every session a flat one', () => {
    const params = { targetId: 'own', flatten: false };
    const decision = decide('browser', 'Target.attachToTarget', params, known);
    assert.ok(decision.pass);
    assert.deepEqual({ ...decision.params }, { targetId: 'own', flatten: true });
  });

  it('lets pages go where the web is', () => {
    for (const url of [
      'http://a.b/',
      'https://a.b/',
      'about:blank',
      'data:text/html,x',
      'blob:https://a.b/1',
      'blob:null/1',
    ]) {
      assert.ok(decide('page', 'Page.navigate', { url }, known).pass, url);
    }
  });
});
