// Every element and call by which a page asks a server, pointed at the machine's other ports.
const { port, site } = params.targets;
const told = [];
let tried = 0;
const attempt = async (label, work) => {
  tried++;
  try { told.push(`${label}: ${String(await work()).slice(0, 2_000)}`); } catch (error) { told.push(`${label}: no, ${String(error.message).slice(0, 200)}`); }
};

const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${site}/page?html=${encodeURIComponent('<title>own</title><body></body>')}`);
const hosts = ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '127.1', '2130706433', '169.254.169.254'];
for (const host of hosts) {
  await attempt(host, () => page.evaluate((url) => {
    const add = (name, set) => { const element = document.createElement(name); Object.assign(element, set); document.body.append(element); };
    const ways = [() => add('img', { src: url }), () => add('script', { src: url }), () => add('iframe', { src: url }), () => add('video', { src: url }), () => add('embed', { src: url }), () => add('object', { data: url }), () => add('link', { rel: 'stylesheet', href: url }), () => add('link', { rel: 'preload', as: 'fetch', href: url }), () => add('link', { rel: 'dns-prefetch', href: url }), () => add('link', { rel: 'preconnect', href: url }), () => add('link', { rel: 'manifest', href: url }), () => add('link', { rel: 'icon', href: url }), () => add('track', { src: url }), () => add('style', { textContent: `@import "${url}"; @font-face { font-family: x; src: url(${url}) } body { font-family: x; cursor: url(${url}), auto; background: image-set(url(${url}) 1x) }` }), () => add('a', { href: url, ping: url }), () => { document.querySelector('a').click(); }, () => add('form', { action: url, method: 'post' }), () => { document.querySelector('form').submit(); }, () => navigator.sendBeacon(url, 'x'), () => fetch(url, { mode: 'no-cors', keepalive: true }), () => new EventSource(url), () => new WebSocket(url.replace('http', 'ws')), () => new Worker(URL.createObjectURL(new Blob([`importScripts('${url}')`]))), () => new SharedWorker(url), () => new Audio(url).play(), () => { new XMLHttpRequest().open('GET', url, false); const x = new XMLHttpRequest(); x.open('GET', url, false); x.send(); }, () => document.createElement('portal'), () => new PerformanceObserver(() => 0), () => new Image().setAttribute('srcset', `${url} 2x`), () => import(url), () => CSS.paintWorklet?.addModule(url), () => new AudioContext().audioWorklet.addModule(url), () => window.open(url), () => new WebTransport(url.replace('http:', 'https:')), () => new RTCPeerConnection({ iceServers: [{ urls: `stun:${new URL(url).host}` }, { urls: `turn:${new URL(url).host}?transport=tcp`, username: 'a', credential: 'b' }] }).createDataChannel('x'), () => navigator.registerProtocolHandler?.('web+x', `${url}?%s`), () => fetch(new URL('/x', url), { method: 'POST', body: new ReadableStream({ start(c) { c.close(); } }), duplex: 'half' })];
    let done = 0;
    for (const way of ways) { try { const answer = way(); answer?.catch?.(() => 0); done++; } catch { done++; } }
    return done;
  }, `http://${host}:${port}/asked`));
}
await new Promise((resolve) => setTimeout(resolve, 700));
return { tried, reached: [], told };
