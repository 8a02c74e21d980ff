import type { FastifyInstance } from 'fastify';
import { pathOf } from './gate.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that the request has made, or revoked, or wanted to. */
    keyId: string | null;
  }
}

/** A call that the operator may have to account for. */
export interface AuditedCall {
  /** Method and route. */
  readonly call: string;
  readonly status: number;
  /** `key_…`, or `loopback`. */
  readonly caller: string;
  readonly tenant: string;
  readonly address: string;
  readonly requestId: string;
  readonly keyId?: string;
  /** The code of the problem that it was answered with. */
  readonly problem?: string;
}

/** Keeps an entry, on the disk when it returns. */
export type Audit = (entry: AuditedCall) => void;

/**
 * Tells `audit` of each call of a route that is audited, also of those that were refused. Of callers that are
 * nobody the log of answers tells: whoever has no key cannot make this one grow.
 */
export function auditAnswers(app: FastifyInstance, audit: Audit): void {
  app.decorateRequest('keyId', null);
  app.addHook('onResponse', (request, reply, done) => {
    const { caller, keyId, problem } = request;
    if (request.routeOptions.config.isAudited !== true || caller === null) return done();
    const entry = {
      call: pathOf(request),
      status: reply.statusCode,
      caller: caller.id,
      tenant: caller.tenant,
      address: request.address,
      requestId: request.id,
      ...(keyId === null ? {} : { keyId }),
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
