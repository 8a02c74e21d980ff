import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { countedAddress, plainAddress } from './callers/addresses.ts';

/** Times that a connection has, in milliseconds, whatever is sent or taken how slowly. */
export interface Arrival {
  readonly headersTimeout: number;
  /** Header and body. */
  readonly requestTimeout: number;
  /** Between two requests of one connection: longer than the 60 s of most proxies, which must hang up first. */
  readonly keepAliveTimeout: number;
  /** How often the others are looked at. */
  readonly connectionsCheckingInterval: number;
  /** Without a byte in either direction: longer than any answer waits for its run. */
  readonly stallTimeout: number;
}

export const defaultArrival: Arrival = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  stallTimeout: 120_000,
};

/** Answers by connection that have not been sent to their end; several when a client does not wait. */
export type OpenAnswers = WeakMap<Socket, Set<ServerResponse>>;

export interface ConnectionBounds {
  readonly total: number;
  readonly perAddress: number;
}

/** Connections beyond the total that may be there until they are closed: a reset takes a turn. */
const makingWay = 1_024;

/**
 * Bounds connections: of each address that is not a trusted proxy's, and all together. When all
 * places are taken, an address that has its share of them gets no more; for any other the one goes
 * that has waited longest without a request, so that thousands that say nothing keep nobody out.
 * What is refused is reset before it costs a parser.
 */
export function boundConnections(
  { server }: FastifyInstance,
  { total, perAddress }: ConnectionBounds,
  isUnbounded: (address: string) => boolean,
  openAnswers: OpenAnswers,
): void {
  server.maxHeadersCount = 100;
  // Beyond this a burst is dropped before it costs anything at all.
  server.maxConnections = total + makingWay;
  const byAddress = new Map<string, number>();
  // In the order in which they began to wait.
  const waiting = new Set<Socket>();
  let open = 0;
  const mayStay = (peer: string | undefined, count: number): boolean => {
    if (peer !== undefined && isUnbounded(peer)) return true;
    return count <= perAddress && (open <= total || count <= Math.max(1, total / byAddress.size));
  };
  const admit = (socket: Socket): boolean => {
    const peer = plainAddress(socket.remoteAddress);
    const address = peer === undefined ? '' : countedAddress(peer);
    const count = (byAddress.get(address) ?? 0) + 1;
    open += 1;
    byAddress.set(address, count);
    socket.once('close', () => {
      open -= 1;
      waiting.delete(socket);
      const left = (byAddress.get(address) ?? 1) - 1;
      if (left === 0) byAddress.delete(address);
      else byAddress.set(address, left);
    });
    if (!mayStay(peer, count)) return false;
    if (open > total) waiting.values().next().value?.resetAndDestroy();
    waiting.add(socket);
    return true;
  };
  const [parse] = server.listeners('connection') as [(socket: Socket) => void];
  server.off('connection', parse).on('connection', (socket: Socket) => {
    if (admit(socket)) parse.call(server, socket);
    else socket.resetAndDestroy();
  });
  server.on('request', ({ socket }, response) => {
    const answers = openAnswers.get(socket) ?? new Set();
    openAnswers.set(socket, answers.add(response));
    waiting.delete(socket);
    response.once('close', () => {
      answers.delete(response);
      if (answers.size === 0 && !socket.destroyed) waiting.add(socket);
    });
  });
}
