import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { countedAddress, plainAddress } from './callers/addresses.ts';

/** Time-outs of a connection in milliseconds, independent of how fast the client sends or reads. */
export interface Arrival {
  readonly headersTimeout: number;
  /** From the first byte of a request to the last byte of its body. */
  readonly requestTimeout: number;
  /**
   * Between two requests of one connection. Longer than the 60 s of most proxies, so that they
   * close first.
   */
  readonly keepAliveTimeout: number;
  /** The interval at which Node checks the other time-outs. */
  readonly connectionsCheckingInterval: number;
  /** Without a byte in either direction. Longer than any request waits for its run. */
  readonly stallTimeout: number;
}

export const defaultArrival: Arrival = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  stallTimeout: 120_000,
};

/** Unfinished responses by connection; several if a client pipelines. */
export type OpenAnswers = WeakMap<Socket, Set<ServerResponse>>;

export interface ConnectionBounds {
  readonly total: number;
  readonly perAddress: number;
}

/** Connections above the total that are accepted until a reset has closed others. */
const makingWay = 1_024;

/**
 * Bounds connections, per address except trusted proxies, and in total. When all places are taken,
 * an address that has used up its share gets no more; for any other address, the connection that
 * has been idle for longest is closed, so that thousands of silent connections lock nobody out.
 * Refused connections are reset before they reach the parser.
 */
export function boundConnections(
  { server }: Pick<FastifyInstance, 'server'>,
  { total, perAddress }: ConnectionBounds,
  isUnbounded: (address: string) => boolean,
  openAnswers: OpenAnswers,
): void {
  server.maxHeadersCount = 100;
  // Above this number, connections are dropped before they cost anything.
  server.maxConnections = total + makingWay;
  const byAddress = new Map<string, number>();
  // Idle connections, in the order in which they became idle.
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
