import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { caps, frameTypes } from '@castellan/protocol/frames';
import type { Channel } from '../../channel/channel.ts';
import type { FetchAnswer } from '../engine.ts';

/** Bytes of a connection that the launcher may send before the client has read any of them. */
const windowBytes = 262_144;

interface Connection {
  readonly socket: Socket;
  /** Bytes that may still be sent without credit. */
  window: number;
  waiting: Buffer[];
  isEnded: boolean;
}

/**
 * A listener on loopback in the place of an HTTP proxy: it carries connections over the channel to the
 * egress gateway, the only way out of a box whose network has nothing but loopback.
 */
export class Forwarder {
  readonly #channel: Channel;
  readonly #server: Server;
  readonly #open = new Map<number, Connection>();
  #lastId = 0;
  #isRouted = false;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    this.#server.unref();
  }

  /** Routes `http`, `https` and `fetch` here, once. The first time costs 25 ms and 14 MB. */
  route(): void {
    if (this.#isRouted) return;
    this.#isRouted = true;
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    const proxyEnv = { HTTP_PROXY: url, HTTPS_PROXY: url };
    http.setGlobalProxyFromEnv(proxyEnv);
    openRequests(url);
    for (const module of [http, https]) module.Agent = proxiedAgent(module.Agent, proxyEnv);
    syncBuiltinESMExports();
  }

  /** Takes what the launcher sends about a connection. */
  take(answer: FetchAnswer, bytes: Uint8Array): void {
    const { id } = answer;
    const connection = this.#open.get(id);
    if (connection === undefined) return;
    const { socket } = connection;
    if (answer.type === 'chunk') {
      const credited = (): void => this.#say(frameTypes.fetchPull, id, { credit: bytes.length });
      socket.write(bytes, credited);
    } else if (answer.type === 'credit') {
      connection.window += answer.credit;
      this.#flow(id, connection);
    } else if (answer.type === 'end') {
      this.#open.delete(id);
      socket.end();
    } else if (answer.type === 'error') {
      this.#open.delete(id);
      // What was cut off must not look whole.
      socket.resetAndDestroy();
    }
  }

  #accept(socket: Socket): void {
    const id = ++this.#lastId;
    // The script's own end of the connection keeps its run going.
    socket.unref();
    const connection: Connection = {
      socket,
      window: caps.fetchWindow,
      waiting: [],
      isEnded: false,
    };
    this.#open.set(id, connection);
    this.#say(frameTypes.fetchProxy, id, {});
    this.#say(frameTypes.fetchPull, id, { credit: windowBytes });
    socket.on('data', (chunk) => {
      connection.waiting.push(chunk);
      this.#flow(id, connection);
    });
    socket.once('end', () => {
      connection.isEnded = true;
      this.#flow(id, connection);
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#say(frameTypes.fetchCancel, id, {});
      this.#open.delete(id);
    });
  }

  #flow(id: number, connection: Connection): void {
    const { socket, waiting } = connection;
    while (connection.window > 0) {
      const chunk = waiting.shift();
      if (chunk === undefined) break;
      const piece = chunk.subarray(0, connection.window);
      if (piece.length < chunk.length) waiting.unshift(chunk.subarray(piece.length));
      connection.window -= piece.length;
      this.#say(frameTypes.fetchSend, id, {}, piece);
    }
    if (waiting.length > 0) socket.pause();
    else if (connection.isEnded) this.#say(frameTypes.fetchFinish, id, {});
    else socket.resume();
  }

  #say(type: number, id: number, message: object, bytes?: Uint8Array): void {
    if (this.#open.has(id)) this.#channel.send(type, { id, ...message }, bytes);
  }
}

/** The globals in which copies of undici, Node's own among them, keep their dispatcher. */
const dispatchers = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map(Symbol.for);

/**
 * Makes `fetch` send plain requests to the proxy as they are. Through a tunnel the gateway could
 * neither count them nor insert secrets. Node has no option for that, but its copy of undici has one;
 * the class of the dispatcher can be reached by the instance only.
 */
function openRequests(proxy: string): void {
  const global = globalThis as unknown as Record<symbol, object | undefined>;
  for (const name of dispatchers) {
    const current = global[name];
    if (current === undefined) continue;
    const Own = current.constructor as new (options: object) => object;
    global[name] = new Own({ httpProxy: proxy, httpsProxy: proxy, proxyTunnel: false });
  }
}

/** The class of agents, changed so that agents that the script makes use the proxy too. */
function proxiedAgent<Agent extends typeof http.Agent | typeof https.Agent>(
  own: Agent,
  proxyEnv: object,
): Agent {
  const withProxy = ([options, ...rest]: unknown[]): unknown[] => [
    { proxyEnv, ...(options as object | undefined) },
    ...rest,
  ];
  return new Proxy(own, {
    construct: (target, args, made) => Reflect.construct(target, withProxy(args), made) as object,
    apply: (target, self, args) =>
      Reflect.apply(target as unknown as () => unknown, self, withProxy(args)) as unknown,
  });
}
