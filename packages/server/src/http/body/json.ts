import type { FastifyInstance, FastifyRequest } from 'fastify';
import { shown } from '@castellan/protocol/kinds';
import { ProblemError } from '../problems/problem.ts';
import { parseBody } from './parse.ts';
import { type BodyBudget, bodyBudget, readBody } from './read.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Returns the bytes of the body to the budget. Called when the response ends, if not before. */
    releaseBody: (() => void) | null;
  }
  interface FastifyContextConfig {
    /** A body that is no JSON: frames, as a `Buffer`, or bytes that the route reads itself. */
    readonly takes?: keyof typeof otherBodies;
  }
}

/** Accepts only uncompressed JSON in UTF-8, whatever other content type a request declares. */
export function acceptJsonOnly(app: FastifyInstance, budget: BodyBudget): void {
  app.removeAllContentTypeParsers();
  app.decorateRequest('releaseBody', null);
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => request.releaseBody?.());
    done();
  });
  app.addContentTypeParser('application/json', async (request: FastifyRequest) => {
    refuseCoded(request);
    const { bytes, release } = await readBody(request.raw, counted(request), budget);
    request.releaseBody = release;
    try {
      // Many clients send a content type with every request, even without a body.
      const { isBodyless } = request.routeOptions.config;
      if (bytes.length === 0 && (request.method === 'DELETE' || isBodyless === true)) {
        return undefined;
      }
      return parseBody(bytes);
    } catch (error) {
      release();
      throw error;
    }
  });
}

/** What routes of workers take, and nothing else does. */
const otherBodies = {
  frames: 'application/vnd.castellan.frames',
  bytes: 'application/octet-stream',
} as const;

/** The largest list of events: a line or a value of a run may be as long as its limits say. */
const mostFrames = 64 * 2 ** 20;

/** Accepts the bodies of `otherBodies` where a route takes them. */
export function acceptOthers(app: FastifyInstance, shared: BodyBudget): void {
  const budget = { ...bodyBudget(mostFrames, shared.totalBytes), shares: shared.shares };
  const refuseElsewhere = (request: FastifyRequest, kind: keyof typeof otherBodies): void => {
    refuseCoded(request);
    if (request.routeOptions.config.takes === kind) return;
    throw new ProblemError('unsupported_media_type', 'This call takes JSON.');
  };
  app.addContentTypeParser(otherBodies.frames, async (request: FastifyRequest) => {
    refuseElsewhere(request, 'frames');
    const { bytes, release } = await readBody(request.raw, request.subject, budget);
    request.releaseBody = release;
    return bytes;
  });
  app.addContentTypeParser(otherBodies.bytes, async (request: FastifyRequest) => {
    refuseElsewhere(request, 'bytes');
    return undefined;
  });
}

/** Drops the body, so that no memory is held for it while the request waits. */
export function dropBody(request: Pick<FastifyRequest, 'releaseBody'> & { body: unknown }): void {
  request.body = undefined;
  request.releaseBody?.();
}

/** Whose share a body counts against: callers without a key are told apart by address. */
function counted({ caller, subject }: FastifyRequest): string {
  return caller === null || caller.id === 'anonymous' ? subject : `tenant ${caller.tenant}`;
}

function refuseCoded({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new ProblemError(
      'unsupported_media_type',
      `Content-Encoding ${shown(encoding)} is not taken. Send the body as it is.`,
    );
  }
  const [, charset = 'utf-8'] =
    /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '') ?? [];
  if (!/^utf-?8$/i.test(charset)) {
    throw new ProblemError(
      'unsupported_media_type',
      `The charset ${shown(charset)} is not taken. Send UTF-8.`,
    );
  }
}
