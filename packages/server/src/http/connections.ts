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
  /** Between two requests of one connection. */
  readonly keepAliveTimeout: number;
  /** How often the others are looked at. */
  readonly connectionsCheckingInterval: number;
}

export const defaultArrival: Arrival = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 20_000,
  connectionsCheckingInterval: 2_000,
};

/** Bytes of a request's header. */
export const maxHeaderSize = 16_384;

/** Bounds connections: all together, and of each address that is not a trusted proxy's. */
export function boundConnections(
  app: FastifyInstance,
  { total, perAddress }: { readonly total: number; readonly perAddress: number },
  isUnbounded: (address: string) => boolean,
): void {
  const { server } = app;
  server.maxConnections = total;
  server.maxHeadersCount = 100;
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const peer = plainAddress(socket.remoteAddress);
    if (peer === undefined || isUnbounded(peer)) return;
    const address = countedAddress(peer);
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
    if (count > perAddress) socket.destroy();
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
