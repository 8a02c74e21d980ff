/** A site on this machine's loopback for the browser's tests: each page shows one thing. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAen63NgAAAAASUVORK5CYII=';

/** A PDF without pages. */
const paper = '%PDF-1.4\n1 0 obj<</Pages 2 0 R>>endobj\n2 0 obj<</Kids[]/Count 0>>endobj\n';

const html =
  (body: string, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers })
      .end(body);
const file =
  (type: string, body: string | Buffer, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': type, ...headers }).end(body);
const moved =
  (location: string): Answer =>
  (_request, response) =>
    void response.writeHead(302, { location }).end();

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const form = `<form method=post action=/sent><input name=name><select name=colour><option>blue<option>red</select>
<input type=checkbox name=agree><button type=submit>Send</button></form>`;
const login =
  '<form method=post action=/login><input name=user><input type=password name=password><button>In</button></form>';
const spa = `<title>App</title><button id=to-list>List</button><main></main><script>
document.querySelector('#to-list').onclick = async () => {
  history.pushState({}, '', '/spa/list');
  const all = await (await fetch('/spa.json')).json();
  setTimeout(() => { document.querySelector('main').innerHTML = '<ul>' + all.map((x) => '<li>' + x).join('') + '</ul>'; }, 20);
};</script>`;
const registers = `<script>window.registered = navigator.serviceWorker.register('/sw.js').then((r) => navigator.serviceWorker.ready)</script>`;
const serviceWorker = `self.oninstall = () => self.skipWaiting(); self.onactivate = (e) => e.waitUntil(clients.claim());
self.onfetch = (e) => { if (e.request.url.endsWith('/from-sw')) e.respondWith(new Response('of the worker')); };`;

const answers: Readonly<Record<string, Answer>> = {
  '/title': html('<title>A title</title><h1>Hello</h1>'),
  '/form': html(form),
  '/sent': async (request, response) => {
    await html(`<pre>${(await bodyOf(request)).replaceAll('&', '&amp;')}</pre>`)(request, response);
  },
  '/headers': (request, response) =>
    file('application/json', JSON.stringify(request.headers))(request, response),
  '/echo': async (request, response) =>
    file('text/plain', await bodyOf(request))(request, response),
  '/favicon.ico': (_request, response) => void response.writeHead(204).end(),
  '/json': file('application/json', '{"a":[1,2],"ü":"✓"}'),
  '/script.js': file('text/javascript', 'window.fromServer = 2;'),
  '/style.css': file('text/css', 'h1 { color: red } .unused { color: blue }'),
  '/assets': html(
    '<link rel=stylesheet href=/style.css><script src=/script.js></script><h1>x</h1>',
  ),
  '/pixel.png': file('image/png', Buffer.from(pixel, 'base64')),
  '/redirect': moved('/redirect2'),
  '/redirect2': moved('/title'),
  '/hang': () => undefined,
  '/broken': (request) => void request.socket.destroy(),
  '/spa': html(spa),
  '/spa.json': file('application/json', '["one","two","three"]'),
  '/frames': html('<iframe name=one src=/title></iframe><iframe name=two src=/form></iframe>'),
  '/secret': (request, response) => {
    const isKnown = request.headers.authorization === `Basic ${btoa('user:pass')}`;
    if (isKnown) response.end('let in');
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end('no');
  },
  '/cached': file('text/html', 'cached', { etag: '"1"', 'cache-control': 'max-age=60' }),
  '/csp': html('<h1>strict</h1>', { 'content-security-policy': "default-src 'self'" }),
  '/paper.pdf': file('application/pdf', paper),
  '/download': file('application/octet-stream', 'downloaded', {
    'content-disposition': 'attachment; filename="report.txt"',
  }),
  '/named': (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const name = encodeURIComponent(searchParams.get('name') ?? '');
    void file('application/octet-stream', searchParams.get('body') ?? '', {
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
    })(request, response);
  },
  '/events': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: tick\n\n');
  },
  '/sw': html(registers),
  '/sw.js': file('text/javascript', serviceWorker),
  '/from-sw': file('text/plain', 'of the server'),
  '/account': (request, response) => {
    if (/session=ada/.test(request.headers.cookie ?? ''))
      void html('<h1>Hello ada</h1>')(request, response);
    else void moved('/login')(request, response);
  },
  '/login': async (request, response) => {
    if (request.method !== 'POST') return html(login)(request, response);
    const given = new URLSearchParams(await bodyOf(request));
    if (given.get('password') !== 'secret') return moved('/login')(request, response);
    response.setHeader('set-cookie', `session=${given.get('user')}; HttpOnly`);
    return moved('/account')(request, response);
  },
};

export interface Site extends AsyncDisposable {
  /** The same server under two names: to a browser they are two sites. */
  readonly origin: string;
  readonly other: string;
  readonly port: number;
}

export async function openSite(): Promise<Site> {
  const server = createServer((request, response) => {
    const answer = answers[new URL(request.url ?? '', 'http://x').pathname];
    if (answer === undefined) response.writeHead(404).end('missing');
    else void answer(request, response);
  });
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, socket) => {
    upgraded.add(socket);
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    const text = 'hello over a socket';
    socket.on('error', () => undefined);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    other: `http://localhost:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      // The server does not count them among its own, and waits for them all the same.
      for (const socket of upgraded) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
