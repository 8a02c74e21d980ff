import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { problemBody, ProblemError } from './problems/problem.ts';
import type { ProblemCode } from './problems/table.ts';

/** The largest header section of a request, in bytes. */
export const maxHeaderSize = 16_384;

const byCode: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', `A header may be ${maxHeaderSize} bytes at most.`],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['payload_too_large', 'The extensions of a chunk are too long.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request took too long to arrive.'],
};

/**
 * Responds with a problem to bytes that are no HTTP request, and closes the connection. Sends
 * nothing if the client would take it for the response to an earlier request.
 */
export function answerBrokenRequest(
  error: Error & { readonly code?: string },
  socket: Socket,
  requestId: string,
  openAnswers: ReadonlySet<ServerResponse> = new Set(),
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [code, detail] = byCode[error.code ?? ''] ?? ['malformed_request', 'This is not HTTP.'];
  const problem = new ProblemError(code, detail);
  const body = JSON.stringify(problemBody(problem, requestId));
  const [first, ...others] = openAnswers;
  const isItsOwn = first === undefined || (!first.headersSent && !first.req.complete);
  if (socket.writable && isItsOwn && others.length === 0) {
    socket.write(
      `HTTP/1.1 ${problem.status} ${code}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}
