import { Readable } from 'node:stream';
import { longestOfHead } from '../messages.ts';
import { headerPairs, type Headers } from '../rules/headers.ts';
import type { Step } from '../rules/redirects.ts';
import type { Hop } from './hop.ts';
import type { Meter } from './budget.ts';
import type { Connection } from './connections.ts';

/**
 * The head of a response, with its body as received, still encoded. The body must be read or
 * destroyed.
 */
export interface Received {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Outgoing {
  readonly step: Step;
  /** The headers of the step, with secrets filled in. */
  readonly headers: Headers;
  /** `bytes` is `null` where the length is not known. */
  readonly body: {
    readonly bytes: number | null;
    readonly chunks: AsyncIterable<Uint8Array>;
  } | null;
}

/** The limit of informational responses, such as 103. A server that sends more is hostile. */
const mostInformational = 8;

/** Sends one step on its connection and reads the head of the response. Throws on any error. */
export async function send(
  connection: Connection,
  { step, headers, body }: Outgoing,
  hop: Hop,
  signal: AbortSignal,
): Promise<Received> {
  const { method, target } = step;
  const { meter } = hop;
  const known = body === null ? null : body.bytes;
  const written = known === null ? headers : [...headers, ['content-length', `${known}`] as const];
  meter.sent(method.length + target.path.length + 12 + lengthOf(written));
  connection.onBytes((bytes) => meter.arrived(bytes));
  let informational = 0;
  try {
    const response = await connection.client.request({
      method,
      path: target.path,
      headers: written.flat(),
      body: body === null || known === 0 ? null : Readable.from(metered(body.chunks, meter)),
      responseHeaders: 'raw',
      signal,
      onInfo: () => {
        informational += 1;
        if (informational > mostInformational) throw new Error('too many informational responses');
      },
    });
    const received = headerPairs(response.headers as unknown as readonly string[]);
    meter.receivedHeaders(15 + response.statusText.length + lengthOf(received));
    hop.status = response.statusCode;
    return {
      status: response.statusCode,
      statusText: response.statusText
        .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '')
        .slice(0, longestOfHead.statusText),
      headers: received,
      body: response.body,
    };
  } finally {
    hop.address = connection.address;
  }
}

async function* metered(
  chunks: AsyncIterable<Uint8Array>,
  meter: Meter,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    meter.sent(chunk.length);
    yield chunk;
  }
}

/** Bytes of headers on the wire. */
export function lengthOf(headers: Headers): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}
