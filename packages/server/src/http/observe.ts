import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { pathOf } from './gate.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The run of the request, once it is known to exist. */
    runId: string | null;
    /** The code of the problem in the response. */
    problem: string | null;
  }
}

/**
 * Writes one log line and one sample for each response, also for clients that disconnected. Both
 * contain the route and never the text of a URL, header or body: nothing that a client wrote, and
 * no key.
 */
export function observeAnswers(app: FastifyInstance, log: Logger, metrics: Registry): void {
  const registers = [metrics];
  const durations = new Histogram({
    name: 'castellan_http_request_duration_seconds',
    help: 'Time from the header of a request to the end of its answer.',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    registers,
  });
  const inFlight = new Gauge({
    name: 'castellan_http_requests_in_flight',
    help: 'Requests that are being answered.',
    registers,
  });
  const problems = new Counter({
    name: 'castellan_http_problems_total',
    help: 'Answers that are problems, by code.',
    labelNames: ['code'],
    registers,
  });
  app.decorateRequest('runId', null);
  app.decorateRequest('problem', null);
  app.addHook('onRequest', (request, reply, done) => {
    const startedAt = performance.now();
    inFlight.inc();
    reply.raw.once('close', () => {
      const ms = performance.now() - startedAt;
      const status = reply.raw.statusCode;
      const route = pathOf(request);
      inFlight.dec();
      durations.observe({ route, status }, ms / 1_000);
      if (request.problem !== null) problems.inc({ code: request.problem });
      const level = request.routeOptions.config.isQuiet === true ? 'debug' : 'info';
      log[status >= 500 && status !== 503 ? 'error' : level](
        {
          requestId: request.id,
          route,
          status,
          ms: Math.round(ms * 10) / 10,
          ...(request.subject === '' ? {} : { caller: request.subject }),
          ...(request.caller === null ? {} : { tenant: request.caller.tenant }),
          ...(request.runId === null ? {} : { runId: request.runId }),
          ...(request.problem === null ? {} : { problem: request.problem }),
          ...(reply.raw.writableFinished ? {} : { isCutOff: true }),
        },
        'answered',
      );
    });
    done();
  });
}
