import { JsonText } from '@castellan/protocol/json';
import { shown } from '@castellan/protocol/kinds';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../keys/keys.ts';
import { type Share, ShareRefusal, type Shares } from '../../shares/shares.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, openedShareSchema, problemsOf, shareSchema } from '../schemas/answers.ts';
import { shareParams } from '../schemas/params.ts';
import { type ShareBody, shareRequestSchema } from '../schemas/request.ts';
import { type App, reachOf } from './app.ts';
import { sendJson } from './send.ts';

const tags = ['shares'];

/** Scripts that are stored for people with a link. An answer is JSON, which no browser shows as a page. */
export function addShares(app: App, shares: Shares): void {
  app.post(
    '/v1/shares',
    {
      config: { access: 'runs:write' },
      schema: {
        operationId: 'storeShare',
        summary: 'Stores a script, with its parameters, for those of the tenant who get its id.',
        description:
          'Nothing is run, and no policy is asked: that is done when somebody runs it. `env` is not taken, since it holds secrets: whoever opens the share writes it anew. It needs a key once there are keys. The oldest of the tenant are removed for it (`shares.tenantBytes`), and all after a while (`shares.keepMs`).',
        tags,
        body: shareRequestSchema,
        response: {
          201: answer('The share. `Location` says where it is.', shareSchema),
          ...problemsOf(400, 401, 403, 413, 415, 422, 429, 503),
        },
      },
    },
    async ({ caller, body }, reply) => {
      refuseAnonymous(caller);
      const share = await shares.keep(caller.tenant, textOf(body)).catch(refuse);
      return reply.code(201).header('location', `/v1/shares/${share.id}`).send(share);
    },
  );

  app.get(
    '/v1/shares/:id',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'openShare',
        summary: 'A script that was stored: what it is, to be read before it is run.',
        description: 'For keys of the tenant of whoever stored it.',
        tags,
        params: shareParams,
        response: {
          200: answer('The share, with what was given.', openedShareSchema),
          ...problemsOf(401, 403, 404, 429),
        },
      },
    },
    async (request, reply) => {
      const opened = await shares.open(reachOf(request.caller), request.params.id);
      const { request: given, ...share } = found(opened, request);
      const head = JSON.stringify(share).slice(0, -1);
      return sendJson(
        reply.header('cache-control', 'no-store'),
        `${head},"request":${given.text}}`,
      );
    },
  );

  app.delete(
    '/v1/shares/:id',
    {
      config: { access: 'runs:write' },
      schema: {
        operationId: 'removeShare',
        summary: 'Removes a script that was stored, at once.',
        description: 'Its link leads nowhere from then on.',
        tags,
        params: shareParams,
        response: {
          200: answer('The share, which is gone.', shareSchema),
          ...problemsOf(400, 401, 403, 404, 429),
        },
      },
    },
    async (request) =>
      found(await shares.forget(reachOf(request.caller), request.params.id), request),
  );
}

/** Callers without a key are one tenant: what one of them stored would be removed for another's. */
function refuseAnonymous(caller: Caller): void {
  if (caller.id !== 'anonymous') return;
  throw new ProblemError('scope_missing', 'Nothing is stored for callers without a key.', {
    fix: 'Send "Authorization: Bearer ck_…".',
  });
}

/** As JSON. The parameters are text already. */
function textOf({ params, ...rest }: ShareBody): JsonText {
  const text = JSON.stringify(rest);
  return new JsonText(
    params instanceof JsonText ? `${text.slice(0, -1)},"params":${params.text}}` : text,
  );
}

function refuse(error: unknown): never {
  if (!(error instanceof ShareRefusal)) throw error;
  throw new ProblemError(error.why === 'full' ? 'shares_full' : 'payload_too_large', error.message);
}

/** The same answer for what never was and for what is another tenant's. */
function found<Value extends Share>(
  value: Value | undefined,
  { params }: Pick<FastifyRequest, 'params'>,
): Value {
  if (value !== undefined) return value;
  const { id } = params as { id: string };
  throw new ProblemError('not_found', `There is no share ${shown(id)}.`);
}
