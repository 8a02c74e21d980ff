import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { decide } from './decide.ts';
import type { Known } from './rules.ts';
import { refusals, whyRefused } from './refusals.ts';
import { type SessionType, sessionTypes } from './row.ts';
import { parts, table } from './table.ts';

const known: Known = {
  ownsContext: (id) => id === 'own',
  ownsTarget: (id) => id === 'own',
  ownsSession: (id) => id === 'own',
  ownsStream: (handle) => handle === 'own',
  memoryBytes: 2 ** 30,
};

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

/** What the catalogue of attacks names, and what each would give away. */
const forbidden: readonly (readonly [SessionType, string, object])[] = [
  ['browser', 'Browser.crash', {}],
  ['browser', 'Browser.crashGpuProcess', {}],
  ['browser', 'Browser.getBrowserCommandLine', {}],
  ['browser', 'Browser.executeBrowserCommand', { commandId: 'openTabSearch' }],
  ['browser', 'Browser.addPrivacySandboxEnrollmentOverride', { url: 'https://a.b' }],
  ['browser', 'Browser.cancelDownload', { guid: '1' }],
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
  ['page', 'Network.loadNetworkResource', { url: 'FILE:///etc/passwd', options: {} }],
  ['page', 'Network.loadNetworkResource', { url: 'chrome://version', options: {} }],
  ['page', 'Network.loadNetworkResource', { url: 'blob:http://a.b/1', options: {} }],
  ['page', 'Page.crash', {}],
  ['page', 'Page.addCompilationCache', { url: 'http://a.b/', data: '' }],
  ['page', 'Page.startScreenRecording', {}],
  ['page', 'FileSystem.getDirectory', { bucketFileSystemLocator: {} }],
  ['page', 'LayerTree.loadSnapshot', { tiles: [] }],
  ['page', 'LayerTree.replaySnapshot', { snapshotId: '1', scale: 99 }],
  ['page', 'Memory.getSamplingProfile', {}],
  ['page', 'Memory.getBrowserSamplingProfile', {}],
  ['browser', 'Memory.getBrowserSamplingProfile', {}],
  ['page', 'Browser.getBrowserCommandLine', {}],
  ['page', 'Browser.getWindowForTarget', { targetId: 'other' }],
  ['page', 'Browser.grantPermissions', { permissions: [], browserContextId: 'other' }],
  ['page', 'Browser.setWindowBounds', { windowId: 1, bounds: { width: 1e8, height: 1 } }],
  ['page', 'Browser.setWindowBounds', { windowId: 1, bounds: { windowState: 'x' } }],
  ['page', 'Browser.setWindowBounds', { windowId: 1, bounds: null }],
  ['page', 'Browser.close', {}],
  ['page', 'Fetch.enable', { patterns: [{ requestStage: 'x' }] }],
  ['page', 'Fetch.enable', { patterns: [{}, { requestStage: null }] }],
  ['page', 'Fetch.enable', { patterns: {} }],
  ['page', 'Input.imeSetComposition', { text: 'x', replacementStart: -1, replacementEnd: 1 }],
  ['page', 'Page.setDeviceMetricsOverride', { width: 1e8, height: 1, deviceScaleFactor: 1 }],
  ['page', 'Emulation.setVisibleSize', { width: 1e8, height: 1 }],
  ['page', 'Emulation.setDisplayFeaturesOverride', { features: [] }],
  ['page', 'Storage.overrideQuotaForOrigin', { origin: 'http://a.b', quotaSize: -1 }],
  ['page', 'Storage.overrideQuotaForOrigin', { origin: 'http://a.b', quotaSize: 1e300 }],
  ['page', 'Storage.getCookies', { browserContextId: 'other' }],
  ['frame', 'Browser.getVersion', {}],
  ['worker', 'DOM.getDocument', {}],
  ['worker', 'IndexedDB.requestDatabaseNames', {}],
  ['page', 'Security.setIgnoreCertificateErrors', { ignore: true }],
  ['page', 'Tracing.start', {}],
  ['page', 'SystemInfo.getInfo', {}],
  ['page', 'Input.dispatchDragEvent', { data: { files: ['/etc/passwd'] } }],
  ['page', 'Page.captureScreenshot', { clip: { width: 1e5, height: 1e5, scale: 1 } }],
  ['page', 'Page.captureScreenshot', { clip: { width: 4e3, height: 4e3, scale: 9 } }],
  ['page', 'Emulation.setDeviceMetricsOverride', { width: 1e8, height: 1, deviceScaleFactor: 1 }],
  ['page', 'Emulation.setDeviceMetricsOverride', { width: 1, height: 1, deviceScaleFactor: 99 }],
  ['worker', 'Page.navigate', { url: 'http://a.b/' }],
  ['page', '__proto__', {}],
  ['page', 'constructor', {}],
  ['page', 'Runtime.evaluate', { __proto__: null, expression: '1', toString: 1 }],
];

/** A count as the documents write it. */
const spelled = (count: number): string => count.toLocaleString('en');

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
    const counts = {
      commands: 0,
      allowed: 0,
      answered: 0,
      decisions: 0,
      passed: 0,
      parameters: 0,
      checked: 0,
    };
    for (const method of new Set([...commands.keys(), ...Object.keys(table)])) {
      const row = table[method];
      const passing = sessionTypes.filter((type) => decide(type, method, {}, known).pass);
      assert.deepEqual(
        passing,
        row === undefined ? [] : sessionTypes.filter((type) => row.sessions.includes(type)),
      );
      assert.equal(decide(null, method, {}, known).pass, false, 'a session of an unknown kind');
      const rules = Object.entries(row?.parameters ?? {});
      counts.commands += 1;
      counts.allowed += row === undefined ? 0 : 1;
      counts.answered += row?.answered?.by === 'nothing' ? 1 : 0;
      counts.decisions += sessionTypes.length;
      counts.passed += passing.length;
      counts.parameters += rules.length;
      counts.checked += rules.filter(([, { name }]) => name !== 'any').length;
      if (row === undefined) {
        t.diagnostic(`${method} | refused: ${whyRefused(method)}`);
        continue;
      }
      const shown = rules.map(([name, rule]) =>
        rule.name === 'any' ? name : `${name}: ${rule.name}`,
      );
      const by = row.answered === undefined ? '' : ` (by the relay: ${row.answered.why})`;
      t.diagnostic(`${method}${by} | ${passing.join(' ')} | ${shown.join(', ')}`);
    }
    t.diagnostic(JSON.stringify(counts));
    const { commands: all, allowed, answered, decisions, passed, parameters, checked } = counts;
    for (const [file, sentence] of [
      [
        'SECURITY.md',
        `of ${all} commands ${allowed} are allowed, ${answered} of them without any effect, on ${spelled(passed)} of ${spelled(decisions)} pairs with a kind of session`,
      ],
      ['docs/decisions/0013-browser.md', `| ${all}; ${allowed} |`],
      ['docs/guide/browser.md', `${allowed} of the protocol's ${all} commands`],
      ['CHANGELOG.md', `${allowed} of the protocol's ${all} commands`],
      ['docs/decisions/0013-browser.md', `| ${spelled(decisions)}; ${spelled(passed)} |`],
      ['docs/decisions/0013-browser.md', `| ${parameters}; ${checked} |`],
    ] as const) {
      const text = readFileSync(new URL(`../../../../../../${file}`, import.meta.url), 'utf8');
      assert.ok(text.replaceAll(/\s+/g, ' ').includes(sentence), `${file} says: ${sentence}`);
    }
  });

  it('has a row or a reason for every command of the protocol, and never both', () => {
    const undecided = [...commands.keys()].filter(
      (method) => (table[method] === undefined) === (whyRefused(method) === undefined),
    );
    assert.deepEqual(undecided, []);
  });

  it('gives no reason for a command that there is none of, and one for each', () => {
    const given = refusals.flatMap(({ methods }) => methods);
    const domainNames = new Set(domains.map(({ domain }) => `${domain}.*`));
    assert.deepEqual(
      given.filter((method) => !commands.has(method) && !domainNames.has(method)),
      [],
    );
    assert.equal(new Set(given).size, given.length);
  });

  it('has each method in one part', () => {
    const methods = parts.flatMap((rows) => Object.keys(rows));
    assert.equal(new Set(methods).size, methods.length);
  });

  it('refuses a parameter that it does not name', () => {
    for (const [method, { sessions }] of Object.entries(table)) {
      const decision = decide(sessions[0] ?? null, method, { somethingNew: 1 }, known);
      assert.equal(decision.pass, false, method);
    }
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

  for (const [type, method, params, why] of [
    ['page', 'Page.crash', {}, 'Page.crash is not allowed: it ends a process, and with it the run'],
    ['page', 'Foo.bar', {}, 'Foo.bar is not allowed: it is not in the table of commands'],
    [
      'page',
      'Target.getTargets',
      {},
      'Target.getTargets is not allowed on a session of type page, only of browser',
    ],
    [
      'page',
      'Page.navigate',
      { url: 'file:///etc/passwd' },
      'Page.navigate is not allowed: url "file:///etc/passwd" must be http:, https:, data:, blob: or about:blank',
    ],
    ['page', 'Page.reload', { nope: 1 }, 'Page.reload is not allowed with the parameter "nope"'],
    [
      'page',
      'Emulation.setVisibleSize',
      { width: -1 },
      'Emulation.setVisibleSize is not allowed: width -1 must be a number up to ',
    ],
  ] as const) {
    it(`says: ${why}`, () => {
      const decision = decide(type, method, params, known);
      assert.ok(!decision.pass && decision.why.startsWith(why), JSON.stringify(decision));
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
