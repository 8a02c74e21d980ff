import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { countedAddress, plainAddress } from './callers/addresses.ts';
import { problemBody, ProblemError } from './problems/problem.ts';
import type { ProblemCode } from './problems/table.ts';

/** Times in which a request must have arrived, in milliseconds, whatever is sent how slowly. */
export interface Arrival {
  readonly headersTimeout: number;
  /** Header and body. */
  readonly requestTimeout: number;
  /** Between two requests of one connection: longer than the 60 s of most proxies, which must hang up first. */
  readonly keepAliveTimeout: number;
  /** How often the others are looked at. */
  readonly connectionsCheckingInterval: number;
}

export const defaultArrival: Arrival = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
};

/** Bytes of a request's header. */
export const maxHeaderSize = 16_384;

/** Connections that may be open while others for them are being closed. */
const makingWay = 128;

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
    waiting.delete(socket);
    response.once('close', () => {
      if (!socket.destroyed) waiting.add(socket);
    });
  });
}

const byCode: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', `A header may be ${maxHeaderSize} bytes at most.`],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['payload_too_large', 'The extensions of a chunk are too long.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request took too long to arrive.'],
};

/** Answers what is no request at all, in the form of every other problem, and hangs up. */
export function answerBrokenRequest(
  error: Error & { readonly code?: string },
  socket: Socket,
  requestId: string,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [code, detail] = byCode[error.code ?? ''] ?? ['malformed_request', 'This is not HTTP.'];
  const problem = new ProblemError(code, detail);
  const body = JSON.stringify(problemBody(problem, requestId));
  if (socket.writable && socket.bytesWritten === 0) {
    socket.write(
      `HTTP/1.1 ${problem.status} ${code}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}
