import type { IncomingMessage } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemBody, type ProblemError, problemType, retryAfter } from './problem.ts';
import { readProblem } from './read.ts';

/** Every failure becomes a problem document; faults of ours go to the log and show nothing. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = readProblem(error);
    if (problem.code === 'internal') request.log.error({ err: error }, 'a request failed');
    return send(problem, request, reply);
  });
}

/** Nothing that we answer is a page: it runs nothing, and no other site may show or read it. */
export const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

/** Answers what the router could not even match: no hook has run for it. */
export function answerUnroutable(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  void send(readProblem(error), request, reply.headers(safeHeaders));
}

/** How long a client may go on sending what is not wanted any more. */
const lingerMs = 2_000;

/** How much of it is read all the same. */
const lingerBytes = 131_072;

/**
 * Lets a client that is still sending hear its answer: hanging up on it at once would reset the
 * connection under the answer. What comes is dropped for a while; then nothing is read any more.
 */
function dropRest(request: IncomingMessage): void {
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
