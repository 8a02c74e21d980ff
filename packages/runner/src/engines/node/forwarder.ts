import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { caps, frameTypes } from '@castellan/protocol/frames';
import type { Channel } from '../../channel/channel.ts';
import type { FetchAnswer } from '../engine.ts';
import { type Client, Early } from './early.ts';
import { routeConnections, type Tunnel } from './route-connections.ts';
import { routeRequests } from './route-requests.ts';

/** Bytes of a connection that the launcher may send before the client has read any of them. */
const windowBytes = 262_144;

interface Connection {
  client: Client;
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
  readonly #hold: (by: 1 | -1) => void;
  readonly #server: Server;
  readonly #open = new Map<number, Connection>();
  /** Tunnels whose clients have not come, by the address that these connect from. */
  readonly #tunnels = new Map<string, { readonly id: number; readonly early: Early }>();
  #lastId = 0;
  #lastTunnel = 0;
  #isRouted = false;

  /** `hold` keeps Node's event loop going for one thing more, or one less. */
  constructor(channel: Channel, hold: (by: 1 | -1) => void) {
    this.#channel = channel;
    this.#hold = hold;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    this.#server.unref();
  }

  /** Routes all clients of this thread here, once. The first time costs 25 ms and 14 MB. */
  route(): void {
    if (this.#isRouted) return;
    this.#isRouted = true;
    const { port } = this.#server.address() as AddressInfo;
    routeConnections(port, (authority) => this.#tunnel(authority));
    routeRequests(port);
  }

  /** Takes what the launcher sends about a connection. */
  take(answer: FetchAnswer, bytes: Uint8Array): void {
    const { id } = answer;
    const connection = this.#open.get(id);
    if (connection === undefined) return;
    const { client } = connection;
    if (answer.type === 'chunk') {
      client.write(bytes, () => this.#say(frameTypes.fetchPull, id, { credit: bytes.length }));
    } else if (answer.type === 'credit') {
      connection.window += answer.credit;
      this.#flow(id, connection);
    } else if (answer.type === 'end') {
      this.#open.delete(id);
      client.end();
    } else if (answer.type === 'error') {
      this.#open.delete(id);
      // What was cut off must not look whole.
      client.resetAndDestroy();
    }
  }

  #tunnel(authority: string): Tunnel {
    const number = ++this.#lastTunnel;
    // All of 127.0.0.0/8 is loopback, so that an address can tell who comes. 127.0.0.1 is not among these.
    const from = `127.${1 + ((number >> 16) & 127)}.${(number >> 8) & 255}.${number & 255}`;
    const early = new Early();
    return {
      from,
      open: async () => {
        const id = this.#connect(early);
        const head = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
        this.#send(id, Buffer.from(head, 'latin1'));
        this.#hold(1);
        const isConnected = await early.answered;
        this.#hold(-1);
        if (isConnected) this.#tunnels.set(from, { id, early });
        else this.#close(id);
        return isConnected;
      },
      cancel: () => {
        const waiting = this.#tunnels.get(from);
        if (waiting?.early !== early) return;
        this.#tunnels.delete(from);
        this.#close(waiting.id);
      },
    };
  }

  #connect(client: Client): number {
    const id = ++this.#lastId;
    this.#open.set(id, { client, window: caps.fetchWindow, waiting: [], isEnded: false });
    this.#say(frameTypes.fetchProxy, id, {});
    this.#say(frameTypes.fetchPull, id, { credit: windowBytes });
    return id;
  }

  #accept(socket: Socket): void {
    const { remoteAddress = '' } = socket;
    const tunnel = this.#tunnels.get(remoteAddress);
    this.#tunnels.delete(remoteAddress);
    // The script's own end of the connection keeps its run going.
    socket.unref();
    const id = tunnel?.id ?? this.#connect(socket);
    const connection = this.#open.get(id);
    if (connection !== undefined) connection.client = socket;
    tunnel?.early.moveTo(socket);
    socket.on('data', (chunk) => this.#send(id, chunk));
    socket.once('end', () => {
      const ended = this.#open.get(id);
      if (ended === undefined) return;
      ended.isEnded = true;
      this.#flow(id, ended);
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#close(id));
  }

  #send(id: number, bytes: Buffer): void {
    const connection = this.#open.get(id);
    connection?.waiting.push(bytes);
    if (connection !== undefined) this.#flow(id, connection);
  }

  #flow(id: number, connection: Connection): void {
    const { client, waiting } = connection;
    while (connection.window > 0) {
      const chunk = waiting.shift();
      if (chunk === undefined) break;
      const piece = chunk.subarray(0, connection.window);
      if (piece.length < chunk.length) waiting.unshift(chunk.subarray(piece.length));
      connection.window -= piece.length;
      this.#say(frameTypes.fetchSend, id, {}, piece);
    }
    if (waiting.length > 0) client.pause();
    else if (connection.isEnded) this.#say(frameTypes.fetchFinish, id, {});
    else client.resume();
  }

  #close(id: number): void {
    this.#say(frameTypes.fetchCancel, id, {});
    this.#open.delete(id);
  }

  #say(type: number, id: number, message: object, bytes?: Uint8Array): void {
    if (this.#open.has(id)) this.#channel.send(type, { id, ...message }, bytes);
  }
}
