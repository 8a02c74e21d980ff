import type { FastifyInstance, FastifyRequest } from 'fastify';
import { shown } from '@castellan/protocol/kinds';
import { ProblemError } from '../problems/problem.ts';
import { parseBody } from './parse.ts';
import { type BodyBudget, readBody } from './read.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Returns the bytes of the body to the budget. Called when the response ends, if not before. */
    releaseBody: (() => void) | null;
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
