// Everything but `fetch` of http that may lead to a file or a network.
const { file, port, site } = params.targets;
const reached = [];
let tried = 0;
const attempt = async (label, work) => {
  tried++;
  try {
    const answer = await work();
    if (answer !== undefined && answer !== 'nothing') reached.push(`${label} ${String(answer).slice(0, 60)}`);
  } catch { /* refused */ }
};
for (const url of [`file://${file}`, `file:${file}`, `FILE://localhost${file}`, `view-source:file://${file}`, `ftp://127.0.0.1:${port}/`, `gopher://127.0.0.1:${port}/`, `unix:${file}`, `http+unix://${encodeURIComponent('/var/run/docker.sock')}/info`, `ws://127.0.0.1:${port}/`, `chrome://version`, `jar:file://${file}!/`, `about:blank`, `javascript:1`, `blob:null/1`, `filesystem:file:///x`, `node:fs`, `ldap://127.0.0.1:${port}`, `dict://127.0.0.1:${port}/x`, `netdoc:${file}`, `tftp://127.0.0.1/x`]) {
  await attempt(url, async () => (await fetch(url)).status);
  await attempt(`a request of ${url}`, async () => (await fetch(new Request(url))).status);
}
for (const name of ['WebSocket', 'EventSource', 'XMLHttpRequest', 'Worker', 'SharedWorker', 'WebTransport', 'RTCPeerConnection', 'importScripts', 'TCPSocket', 'WebSocketStream', 'caches', 'indexedDB', 'localStorage', 'navigator.sendBeacon', 'Deno', 'Bun']) {
  await attempt(name, () => {
    const found = name.split('.').reduce((holder, key) => holder?.[key], globalThis);
    if (found === undefined) return 'nothing';
    new found(`ws://127.0.0.1:${port}/`);
    return 'nothing';
  });
}
await attempt('a dispatcher', async () => (await fetch(`http://127.0.0.1:${port}/`, { dispatcher: { dispatch() {} }, agent: {}, proxy: `http://127.0.0.1:${site}`, socketPath: file, lookup: () => ['127.0.0.1'] })).status);
return { tried, reached };
