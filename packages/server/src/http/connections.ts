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

/** Connections that may be open while others for them are being closed. */
const makingWay = 128;

/** Answers by connection that have not been sent to their end; several when a client does not wait. */
export type OpenAnswers = WeakMap<Socket, Set<ServerResponse>>;

export interface ConnectionBounds {
  readonly total: number;
  readonly perAddress: number;
}

/**
 * Bounds connections: of each address that is not a trusted proxy's, and all together. When there
 * are too many, the one goes that has waited longest without a request, so that thousands that say
 * nothing do not keep out somebody who does.
 */
export function boundConnections(
  app: FastifyInstance,
  { total, perAddress }: ConnectionBounds,
  isUnbounded: (address: string) => boolean,
  openAnswers: OpenAnswers,
): void {
  const { server } = app;
  server.maxHeadersCount = 100;
  // A burst is dropped before it costs anything; the room is for those that somebody makes way for.
  server.maxConnections = total + makingWay;
  const byAddress = new Map<string, number>();
  // In the order in which they began to wait.
  const waiting = new Set<Socket>();
  let open = 0;
  server.on('connection', (socket: Socket) => {
    open += 1;
    waiting.add(socket);
    const peer = plainAddress(socket.remoteAddress);
    const address = peer === undefined ? '' : countedAddress(peer);
    const count = (byAddress.get(address) ?? 0) + 1;
    byAddress.set(address, count);
    socket.once('close', () => {
      open -= 1;
      waiting.delete(socket);
      const left = (byAddress.get(address) ?? 1) - 1;
      if (left === 0) byAddress.delete(address);
      else byAddress.set(address, left);
    });
    if (count > perAddress && (peer === undefined || !isUnbounded(peer))) socket.destroy();
    else if (open > total) waiting.values().next().value?.destroy();
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
