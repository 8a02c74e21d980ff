import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { newId } from '@castellan/protocol';
import type { Exchanges } from '../../exchanges/exchanges.ts';
import { server as serverOf } from '../admission/serve.ts';
import type { Starts } from '../admission/starts.ts';
import { readRanges } from '../callers/addresses.ts';
import { boundConnections, defaultArrival, type OpenAnswers } from '../connections.ts';
import type { AppOptions } from '../options.ts';
import { answerBrokenRequest, maxHeaderSize } from '../unreadable.ts';
import { answer, type Facts, type ServedBounds, type ServedParts } from './answer.ts';
import { servedGate } from './gate.ts';
import { refusalBy, refuse } from './refusals.ts';

/** How long open answers may take when the listener is closed. */
const lastWordsMs = 2_000;

export interface ServedOptions extends AppOptions, Pick<Starts, 'choose' | 'submit'> {
  readonly served: ServedBounds;
  readonly exchanges: Exchanges;
}

/** The listener for functions over HTTP: a server of its own, on which nothing of the API is. */
export function servedListener(options: ServedOptions): Server & AsyncDisposable {
  const { log, rates, trustedProxies, runs, exchanges, served, policies } = options;
  const { stallTimeout, ...arrival } = options.arrival ?? defaultArrival;
  const openAnswers: OpenAnswers = new WeakMap();
  const closing = new AbortController();
  const parts: ServedParts = {
    ...served,
    runs,
    exchanges,
    gate: servedGate(options),
    choose: options.choose,
    serve: serverOf({ submit: options.submit, policies, waitMs: served.waitMs }),
    closing: closing.signal,
  };
  const server = createServer({ maxHeaderSize, insecureHTTPParser: false, ...arrival });
  server.setTimeout(stallTimeout);
  const isUnbounded = readRanges([...trustedProxies, ...rates.allow.addresses], 'trustedProxies');
  server.on('request', (request, response) => {
    const requestId = newId('req');
    const facts: Facts = { isKeyed: false };
    const startedAt = performance.now();
    response.once('close', () => logAnswer(options, requestId, response, facts, startedAt));
    answer(request, response, parts, facts).catch((error: unknown) => {
      const { isOurs, ...refusal } = refusalBy(error, facts.isKeyed);
      if (isOurs) log.error({ requestId, err: error }, 'a call over HTTP failed');
      refuse(request, response, refusal);
    });
  });
  server.on('clientError', (error: Error, socket: Socket) =>
    answerBrokenRequest(error, socket, newId('req'), openAnswers.get(socket)),
  );
  boundConnections({ server }, rates.connections, isUnbounded, openAnswers);
  return Object.assign(server, {
    async [Symbol.asyncDispose]() {
      closing.abort();
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), lastWordsMs);
      await closed;
      clearTimeout(timer);
    },
  });
}

/** One line for each answer: nothing of it is what a client or a script wrote, but names that are plain. */
function logAnswer(
  { log }: Pick<ServedOptions, 'log'>,
  requestId: string,
  response: ServerResponse,
  { isKeyed: _, ...facts }: Facts,
  startedAt: number,
): void {
  const ms = Math.round((performance.now() - startedAt) * 10) / 10;
  const cutOff = response.writableFinished ? {} : { isCutOff: true };
  const { statusCode: status } = response;
  log.info({ requestId, status, ms, ...facts, ...cutOff }, 'answered by a function');
}
