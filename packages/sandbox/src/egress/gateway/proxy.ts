import { setMaxListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RunParts } from './fetch.ts';
import { forward } from './forward.ts';
import type { StreamSocket } from './stream-socket.ts';
import { openTunnel, type TunnelParts } from './tunnel.ts';
import type { Caller } from './caller.ts';

const headerBytes = 32_768;
/** How long an idle connection of a client is kept open. */
const keepMs = 60_000;

interface Served {
  readonly caller: Caller;
  /** Requests on the connection whose log entries are not written yet. */
  readonly working: Promise<void>[];
}

/** The HTTP proxy of one run. It does not listen: it gets its connections as streams. */
export class Proxy {
  readonly #server: Server;
  readonly #served = new WeakMap<Duplex, Served>();

  constructor(run: RunParts & TunnelParts) {
    this.#server = createServer({ maxHeaderSize: headerBytes, keepAliveTimeout: keepMs });
    this.#server.on('request', (request, response) => {
      const served = this.#served.get(request.socket);
      served?.working.push(forward(run, request, response, served.caller));
    });
    this.#server.on('connect', (request, client: Duplex, head: Buffer) => {
      const served = this.#served.get(client);
      const authority = request.url ?? '';
      served?.working.push(openTunnel(run, { authority, client, head, ...served.caller }));
    });
    this.#server.on('clientError', (_error, client: Duplex) => client.destroy());
  }

  /** Serves a connection until either side closes it and all its log entries are written. */
  async serve(socket: StreamSocket, caller: Caller): Promise<void> {
    setMaxListeners(0, caller.signal);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const end = (): void => void socket.destroy();
    if (caller.signal.aborted) end();
    caller.signal.addEventListener('abort', end);
    const served: Served = { caller, working: [] };
    this.#served.set(socket, served);
    this.#server.emit('connection', socket);
    await closed;
    await Promise.all(served.working);
    caller.signal.removeEventListener('abort', end);
  }
}
