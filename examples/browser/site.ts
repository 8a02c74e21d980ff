/** A small local site, so that the examples need no other. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

const login =
  '<h1>Sign in</h1><form method=post><input name=name><input name=password type=password><button>Go</button></form>';
const prices = '<table><tbody><tr><td>Tea<td>2.5<tr><td>Coffee<td>3.2<tr><td>Cake<td>4</table>';
const weather = `<img src=/sun.png><p id=sky>…</p>
<script>fetch('/api/weather').then((r) => r.json()).then(({ sky }) => { document.querySelector('#sky').textContent = sky })</script>`;

export interface Site extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
}

export async function openSite(): Promise<Site> {
  const server = createServer((request, response) => {
    const page = (html: string): void => {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
    };
    if (request.url === '/') page('<title>The tea house</title><h1>Welcome</h1>');
    else if (request.url === '/prices') page(prices);
    else if (request.url === '/weather') page(weather);
    else if (request.url === '/api/weather') response.end('{"sky":"blue"}');
    else if (request.url !== '/login') response.writeHead(404).end();
    else if (request.method !== 'POST') page(login);
    else
      void formOf(request).then((form) => {
        if (form.get('password') !== 'open sesame') return page('<h1>Wrong password</h1>');
        response.setHeader('set-cookie', 'session=1; HttpOnly');
        return page(`<h1>Hello, ${form.get('name')?.replace(/\W/g, '')}</h1>`);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/`,
    host,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}
