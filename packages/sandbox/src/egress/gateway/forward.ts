import type { IncomingMessage, ServerResponse } from 'node:http';
import { pieceCost, type EgressResponseHead, unanswered, windowBytes } from '../messages.ts';
import { headerOf, headerPairs } from '../rules/headers.ts';
import { Window } from '../window.ts';
import { codeOf } from './fault.ts';
import { fetchFor, type RunParts } from './fetch.ts';
import type { Caller } from './caller.ts';
import { endWith } from './stream-socket.ts';
import type { TunnelParts } from './tunnel.ts';
import { Upload } from './upload.ts';

/** Headers about the connection to the server. */
const dropped = /^(?:connection|keep-alive|proxy-|te$|trailer$|transfer-encoding|upgrade)/;

/**
 * Carries out a request that a client has sent to the proxy, with the same checks, secrets and limits
 * as `fetch` of the isolate, except that the client follows redirects and decodes bodies itself. A
 * request that is refused or fails ends the connection; a browser is told `unanswered` first. Never
 * rejects.
 */
export async function forward(
  run: RunParts & TunnelParts,
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the client has gone')));
  const signal = AbortSignal.any([caller.signal, gone.signal]);
  const headers = headerPairs(request.rawHeaders);
  const length = headerOf(headers, 'content-length');
  const isChunked = headerOf(headers, 'transfer-encoding') !== undefined;
  const window = new Window();
  try {
    // A browser has many requests under way that last, such as streams of events.
    await fetchFor(
      { ...run, slots: run.forwarded },
      {
        head: {
          url: request.url ?? '',
          method: request.method ?? '',
          headers,
          redirect: 'manual',
          hasBody: isChunked || Number(length ?? 0) > 0,
          bodyBytes: isChunked || length === undefined ? null : Number(length),
        },
        isForwarded: true,
        upload: uploadOf(request),
        window,
        signal,
        answers: {
          entry: caller.onEntry,
          reached: caller.onReached,
          response: (head) => {
            response.sendDate = false;
            response.writeHead(head.status, head.statusText, headersFor(head));
            response.flushHeaders();
          },
          download: (piece) =>
            void response.write(piece, () => window.grant(pieceCost(piece.length))),
        },
      },
    );
    response.end();
  } catch (error) {
    // The reason is in the log entry.
    const { socket } = request;
    if (caller.isBrowser && !response.headersSent && socket.writable) {
      await endWith(socket, unanswered);
      socket.destroy();
    } else if (response.headersSent && codeOf(error) === 'connection_closed' && isFramed(request)) {
      // The client finds that the body is too short, as it would without a proxy.
      socket.destroy();
    } else socket.destroy(error as Error);
  }
}

/** Whether the end of the answer to it is told by more than the end of the connection. */
function isFramed({ httpVersion }: IncomingMessage): boolean {
  return httpVersion === '1.1';
}

/** The body of a request, read from the client with backpressure. */
function uploadOf(request: IncomingMessage): Upload {
  let held = 0;
  const upload = new Upload((cost) => {
    held -= cost;
    if (held < windowBytes) request.resume();
  });
  request.on('data', (chunk: Uint8Array) => {
    upload.push(chunk);
    held += pieceCost(chunk.length);
    if (held >= windowBytes) request.pause();
  });
  request.once('end', () => upload.end());
  return upload;
}

function headersFor({ headers }: EgressResponseHead): string[] {
  return headers.filter(([name]) => !dropped.test(name.toLowerCase())).flat();
}
