// Commands of the protocol that control the whole browser, by sessions of every kind.
const { file, port } = params.targets;
const told = [];
let tried = 0;
const attempt = async (label, work) => {
  tried++;
  try { told.push(`${label}: ${String(await work()).slice(0, 2_000)}`); } catch (error) { told.push(`${label}: no, ${String(error.message).slice(0, 200)}`); }
};

const page = await browser.newPage();
const sessions = [await page.createCDPSession(), await browser.target().createCDPSession().catch(() => null)].filter(Boolean);
const commands = { 'Browser.close': {}, 'Browser.crash': {}, 'Browser.crashGpuProcess': {}, 'Browser.getBrowserCommandLine': {}, 'Browser.executeBrowserCommand': { commandId: 'openTabSearch' }, 'Browser.setDownloadBehavior': { behavior: 'allow', downloadPath: '/' }, 'SystemInfo.getInfo': {}, 'SystemInfo.getProcessInfo': {}, 'Tethering.bind': { port }, 'Target.exposeDevToolsProtocol': { targetId: 'x' }, 'Target.setRemoteLocations': { locations: [{ host: '127.0.0.1', port }] }, 'Target.createBrowserContext': { proxyServer: `127.0.0.1:${port}`, proxyBypassList: '<-loopback>;*' }, 'IO.read': { handle: '0' }, 'Page.navigate': { url: `file://${file}` }, 'Page.setDownloadBehavior': { behavior: 'allow', downloadPath: '/' }, 'DOM.getFileInfo': { objectId: '1' }, 'Network.loadNetworkResource': { url: `http://127.0.0.1:${port}/`, options: { disableCache: true, includeCredentials: true } }, 'Fetch.enable': {}, 'Security.setIgnoreCertificateErrors': { ignore: true }, 'Extensions.loadUnpacked': { path: '/' }, 'Extensions.getStorageItems': { id: 'x', storageArea: 'local' }, 'FileSystem.getDirectory': { bucketFileSystemLocator: { storageKey: 'file:///' } }, 'PWA.install': { manifestId: 'http://a/' }, 'Storage.getCookies': {}, 'Tracing.start': { categories: '*' }, 'HeapProfiler.enable': {}, 'Memory.simulatePressureNotification': { level: 'critical' }, 'WebAuthn.enable': {}, 'Cast.enable': {}, 'BluetoothEmulation.enable': { state: 'powered-on', leSupported: true }, 'Emulation.setVirtualTimePolicy': { policy: 'pause' }, 'Input.setInterceptDrags': { enabled: true }, 'Page.addCompilationCache': { url: 'http://a/', data: 'AA' }, 'Runtime.evaluate': { expression: 'chrome.send', includeCommandLineAPI: true }, '__proto__': {}, 'constructor.name': {} };
for (const session of sessions) {
  for (const [method, given] of Object.entries(commands)) await attempt(method, async () => JSON.stringify(await Promise.race([session.send(method, given), new Promise((resolve) => setTimeout(resolve, 300, 'no answer'))])));
}
await attempt('it lives', () => browser.version());
return { tried, reached: told.filter((line) => /root:|canary-|--remote-debugging/.test(line)), told };
