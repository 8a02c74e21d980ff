import type { IncomingMessage } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemBody, type ProblemError, problemType, retryAfter } from './problem.ts';
import { readProblem } from './read.ts';

/** Turns every failure into a problem document. Internal errors are logged and not shown. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = readProblem(error);
    if (problem.code === 'internal') request.log.error({ err: error }, 'a request failed');
    return send(problem, request, reply);
  });
}

/**
 * No response is a web page: a browser runs nothing in it, and no other site may embed or read it.
 */
export const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

/** Responds to a request that the router could not match; no hook has run for it. */
export function answerUnroutable(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  void send(readProblem(error), request, reply.headers(safeHeaders));
}

/** How long a client may keep sending after its response. */
const lingerMs = 2_000;

/** How many bytes of it are still read. */
const lingerBytes = 131_072;

/**
 * Lets a client that is still sending read its response: closing at once would reset the connection
 * before the response arrives. What arrives is discarded for a while; then nothing is read.
 */
export function dropRest(request: IncomingMessage): void {
  const timer = setTimeout(() => request.destroy(), lingerMs).unref();
  let dropped = 0;
  request.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  request.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > lingerBytes) request.pause();
  });
}

function send(problem: ProblemError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.problem = problem.code;
  const { retryAfterMs } = problem.extras;
  if (retryAfterMs !== undefined) void reply.header('retry-after', retryAfter(retryAfterMs));
  if (problem.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer');
  if (!request.raw.complete) {
    void reply.removeHeader('connection');
    dropRest(request.raw);
  }
  return reply
    .code(problem.status)
    .header('content-type', problemType)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problemBody(problem, request.id)));
}
