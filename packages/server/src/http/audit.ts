import type { FastifyInstance } from 'fastify';
import type { Audit } from './audited.ts';
import { pathOf } from './gate.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that the request has made, or revoked, or wanted to. */
    keyId: string | null;
    /** The secret that it has set, or removed, or wanted to. */
    secretName: string | null;
  }
}

/**
 * Tells `audit` of each call of a route that is audited, also of those that were refused. Of callers that are
 * nobody the log of answers tells: whoever has no key cannot make this one grow.
 */
export function auditAnswers(app: FastifyInstance, audit: Audit): void {
  app.decorateRequest('keyId', null);
  app.decorateRequest('secretName', null);
  app.addHook('onResponse', (request, reply, done) => {
    const { caller, keyId, secretName, problem } = request;
    if (request.routeOptions.config.isAudited !== true || caller === null) return done();
    const entry = {
      call: pathOf(request),
      status: reply.statusCode,
      caller: caller.id,
      tenant: caller.tenant,
      address: request.address,
      requestId: request.id,
      ...(keyId === null ? {} : { keyId }),
      ...(secretName === null ? {} : { secret: secretName }),
      ...(problem === null ? {} : { problem }),
    };
    try {
      audit(entry);
    } catch (error) {
      // The log has it, then.
      request.log.error({ err: error, entry }, 'an audited call could not be kept');
    }
    done();
  });
}
