// Commands that Puppeteer would never send, written to the browser's channel past Puppeteer.
const { report, frame, say } = require('./report.js');
const r = report();
const { file, port } = params.targets;
await page.setContent('<input type=file id=f><p id=p></p>');

// What comes back passes through JSON.parse, which is the script's own.
const heard = new Map();
const parse = JSON.parse;
JSON.parse = (text, ...rest) => {
  const value = parse(text, ...rest);
  if (value?.id >= 9_000_000) heard.get(value.id)?.(value);
  return value;
};
let lastId = 9_000_000;
const ask = (method, given = {}, sessionId = undefined) =>
  new Promise((resolve) => {
    const id = ++lastId;
    heard.set(id, (answer) => resolve(JSON.stringify(answer).slice(0, 2_000)));
    const text = JSON.stringify({ id, method, params: given, sessionId });
    say(frame(16, {}, Buffer.from(text)));
  });

const cdp = await page.createCDPSession();
const own = cdp.id();
const internal = `http://127.0.0.1:${port}/`;
const { frameTree } = await cdp.send('Page.getFrameTree');
const frameId = frameTree.frame.id;
for (const [method, given, session] of [
  ['Target.attachToBrowserTarget'],
  ['Target.exposeDevToolsProtocol', { targetId: 'x' }],
  ['Browser.getBrowserCommandLine'],
  ['Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: '/' }],
  ['Browser.crash'],
  ['SystemInfo.getProcessInfo'],
  ['Extensions.loadUnpacked', { path: '/' }],
  ['Target.createTarget', { url: `file://${file}` }],
  ['Target.createTarget', { url: `view-source:file://${file}` }],
  ['Target.createTarget', { url: 'chrome://version' }],
  ['Target.createBrowserContext', { proxyServer: 'direct://', proxyBypassList: '*' }],
  ['Page.navigate', { url: `file://${file}` }, own],
  ['Page.navigate', { url: internal }, own],
  ['DOM.setFileInputFiles', { files: [file], backendNodeId: 3 }, own],
  ['Page.setDownloadBehavior', { behavior: 'allow', downloadPath: '/' }, own],
  ['Network.loadNetworkResource', { url: `file://${file}`, options: {} }, own],
  ['Network.setCertificateOverride', {}, own],
  ['Network.loadNetworkResource', { frameId, url: internal, options: { disableCache: true, includeCredentials: true } }, own],
  ['Page.getResourceContent', { frameId, url: `file://${file}` }, own],
  ['Page.searchInResource', { frameId, url: `file://${file}`, query: 'a' }, own],
  ['Page.addScriptToEvaluateOnLoad', { scriptSource: `fetch('${internal}')` }, own],
  ['Page.setDocumentContent', { frameId, html: `<iframe src="file://${file}"></iframe><link rel=manifest href="${internal}"><input type=file id=f>` }, own],
  ['Page.getAppManifest', {}, own],
  ['Page.getManifestIcons', {}, own],
  ['Page.captureSnapshot', {}, own],
  ['Page.addCompilationCache', { url: internal, data: 'AAAA' }, own],
  ['LayerTree.loadSnapshot', { tiles: [{ x: 0, y: 0, picture: 'AAAA' }] }, own],
  ['Memory.getBrowserSamplingProfile', {}, own],
  ['FileSystem.getDirectory', { bucketFileSystemLocator: { storageKey: internal, pathComponents: ['..', '..', file] } }, own],
  ['Network.getAllCookies', {}, own],
  ['ServiceWorker.startWorker', { scopeURL: internal }, own],
  ['Security.setIgnoreCertificateErrors', { ignore: true }, own],
  ['IO.read', { handle: '1' }, own],
  ['Tracing.start', {}, own],
  ['Runtime.evaluate', { expression: `fetch('${internal}', { mode: 'no-cors' })`, awaitPromise: true }, own],
  ['Runtime.evaluate', { expression: `fetch('file://${file}').then((r) => r.text())`, awaitPromise: true }, own],
  ['Runtime.evaluate', { expression: '1' }, 'A'.repeat(32)],
]) {
  await r.wait(`${method} ${JSON.stringify(given)}`, () => ask(method, given, session), 3_000);
}
await r.wait('uploaded', async () => {
  await (await page.$('#f')).uploadFile(file);
  return page.$eval('#f', (input) => input.files[0]?.text());
});
await r.wait('shown', () => page.content());
return r.done();
