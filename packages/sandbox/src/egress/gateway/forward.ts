import type { IncomingMessage, ServerResponse } from 'node:http';
import { pieceCost, type EgressResponseHead, windowBytes } from '../messages.ts';
import { headerOf, headerPairs } from '../rules/headers.ts';
import { Window } from '../window.ts';
import type { Entry } from './hop.ts';
import { codingsOf } from './decode.ts';
import { fetchFor, type RunParts } from './fetch.ts';
import { Upload } from './upload.ts';

/** Headers about the connection to the server, or about codings that the gateway has removed. */
const dropped = /^(?:connection|keep-alive|proxy-|te$|trailer$|transfer-encoding|upgrade)/;
const ofEncodedBody = /^content-(?:encoding|length)$/;

/**
 * Carries out a request that a client has sent to the proxy, with the same checks, secrets and limits
 * as `fetch` of the isolate, except that the client follows redirects itself. For a refused request
 * the connection is closed, as by a network error. Never rejects.
 */
export async function forward(
  run: RunParts,
  request: IncomingMessage,
  response: ServerResponse,
  options: { readonly signal: AbortSignal; readonly onEntry: (entry: Entry) => void },
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the client has gone')));
  const signal = AbortSignal.any([options.signal, gone.signal]);
  const headers = headerPairs(request.rawHeaders);
  const length = headerOf(headers, 'content-length');
  const isChunked = headerOf(headers, 'transfer-encoding') !== undefined;
  const window = new Window();
  try {
    await fetchFor(run, {
      head: {
        url: request.url ?? '',
        method: request.method ?? '',
        headers,
        redirect: 'manual',
        hasBody: isChunked || Number(length ?? 0) > 0,
        bodyBytes: isChunked || length === undefined ? null : Number(length),
      },
      upload: uploadOf(request),
      window,
      signal,
      answers: {
        entry: options.onEntry,
        response: (head) => {
          response.writeHead(head.status, head.statusText, headersFor(head, request.method));
          response.flushHeaders();
        },
        download: (piece) =>
          void response.write(piece, () => window.grant(pieceCost(piece.length))),
      },
    });
    response.end();
  } catch {
    // The reason is in the log entry, for the operator.
    request.socket.destroy();
  }
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

function headersFor({ headers, status }: EgressResponseHead, method = ''): string[] {
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  const isDecoded = hasBody && codingsOf(headers).length > 0;
  return headers
    .filter(([name]) => {
      const lower = name.toLowerCase();
      return !dropped.test(lower) && !(isDecoded && ofEncodedBody.test(lower));
    })
    .flat();
}
