import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { escapedText, rawAnswers } from './site-answers.support.ts';

/**
 * The only server that programs with `site` may reach: it echoes, redirects, and answers what no honest server
 * would. The listener of the canaries is on the same machine, at a port that nobody allowed.
 */
export interface Site extends AsyncDisposable {
  readonly port: number;
}

/** What it tells of a request that it got. Never the secret itself: bodies are not looked at on their way. */
interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: string;
}

export async function openSite(secret: string): Promise<Site> {
  const seen: Seen[] = [];
  const told = (text: string): string => text.replaceAll(secret, '<the secret>');
  const note = async (request: IncomingMessage): Promise<void> => {
    const { method = '', url = '', rawHeaders } = request;
    let body = '';
    for await (const chunk of request) body = (body + String(chunk)).slice(0, 10_000);
    seen.push({ method, url: told(url), headers: rawHeaders.map(told), body: told(body) });
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/seen') return void response.end(JSON.stringify(seen.splice(0)));
    const noted = note(request);
    if (pathname === '/raw') {
      // Whoever reads it may hang up in the middle.
      response.socket?.on('error', () => undefined);
      return void response.socket?.end(rawAnswers[searchParams.get('kind') ?? ''] ?? '');
    }
    void noted.then(() => answer(request, response, pathname, searchParams));
  });
  server.on('connect', (request, socket: Socket) => {
    seen.push({ method: 'CONNECT', url: request.url ?? '', headers: [], body: '' });
    socket.destroy();
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(
  { headers }: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  search: URLSearchParams,
): void {
  const authorization = headers.authorization ?? '';
  switch (pathname) {
    case '/to':
      response.writeHead(Number(search.get('code') ?? 302), {
        location: (search.get('url') ?? '')
          .replaceAll(/[\r\n]/g, '')
          .replace('{auth}', authorization),
      });
      return void response.end();
    case '/echo':
      response.writeHead(
        200,
        authorization.replaceAll(/[^\t -~]/g, ''),
        escapedText(authorization),
      );
      return void response.end('echoed');
    case '/file':
      response.setHeader('content-disposition', search.get('disposition') ?? 'attachment');
      return void response.end('a file');
    case '/page':
      response.setHeader('content-type', search.get('type') ?? 'text/html; charset=utf-8');
      return void response.end(search.get('html') ?? '<title>page</title>');
    default:
      response.setHeader('set-cookie', ['kept=1; path=/', '__proto__=1']);
      response.end('site');
  }
}
