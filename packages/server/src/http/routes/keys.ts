import { shown } from '@castellan/protocol/kinds';
import type { KeyAdmin } from '../../keys/admin.ts';
import { beyond, outlives } from '../../keys/grant.ts';
import type { Caller } from '../../keys/keys.ts';
import type { KeyGrant, KeyRecord } from '../../keys/record.ts';
import { ProblemError } from '../problems/problem.ts';
import {
  keyGrantSchema,
  keyRecordSchema,
  keysSchema,
  newKeySchema,
  type GrantBody,
} from '../schemas/admin.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import { keyParams } from '../schemas/params.ts';
import { type App, reachOf } from './app.ts';
import type { RouteOptions } from './options.ts';

const tags = ['admin'];

const byHand =
  'castellan keys create --any-tenant --scope admin --scope runs:read --scope runs:write';

/** Keys, for whoever has the scope `admin`: a key makes, shows and revokes nothing beyond itself. */
export function addKeys(app: App, { log }: RouteOptions, keys: KeyAdmin): void {
  app.get(
    '/v1/admin/keys',
    {
      config: { access: 'admin', isAudited: true },
      schema: {
        operationId: 'listKeys',
        summary: 'The keys of the tenants that the key reaches, also revoked ones, oldest first.',
        description: 'What each may do, and never the key itself, which is stored nowhere.',
        tags,
        response: { 200: answer('The keys.', keysSchema), ...problemsOf(401, 403, 429) },
      },
    },
    async ({ caller }) => ({ items: await keysWithin(caller) }),
  );

  app.post(
    '/v1/admin/keys',
    {
      config: { access: 'admin', isAudited: true },
      schema: {
        operationId: 'createKey',
        summary: 'Makes a key. It is in this answer and nowhere else.',
        description:
          'A key gives nothing that it has not itself: tenant, policies, scopes, and a time at which it ends. The first key of a service is made on its machine, by `castellan keys create`.',
        tags,
        body: keyGrantSchema,
        response: {
          201: answer('The key.', newKeySchema),
          ...problemsOf(400, 401, 403, 413, 415, 422, 429),
        },
      },
    },
    async (request, reply) => {
      const { caller, body } = request;
      const grant = await refuseBeyond(grantOf(body, caller), caller);
      const { id, key } = await keys.create(grant);
      request.keyId = id;
      log.info({ caller: caller.id, keyId: id, tenant: grant.tenant }, 'key made');
      return reply.code(201).header('cache-control', 'no-store').send({ id, key });
    },
  );

  app.delete(
    '/v1/admin/keys/:id',
    {
      config: { access: 'admin', isAudited: true },
      schema: {
        operationId: 'revokeKey',
        summary: 'Revokes a key, at once and for ever, with the run tokens that it gave out.',
        description: 'A key that may do more than the one that asks is not revoked by it.',
        tags,
        params: keyParams,
        response: {
          200: answer('The key, which is revoked.', keyRecordSchema),
          ...problemsOf(400, 401, 403, 404, 429),
        },
      },
    },
    async (request) => {
      const { caller } = request;
      const { id } = request.params;
      request.keyId = id;
      const key = (await keysWithin(caller)).find((each) => each.id === id);
      const more = key === undefined ? null : beyond(key, caller);
      if (more !== null) {
        throw new ProblemError('grant_denied', `${id} has ${more}, which this key has not.`);
      }
      if (key === undefined || !(await keys.revoke(id))) {
        throw new ProblemError('not_found', `No key ${shown(id)} is in force.`);
      }
      log.info({ caller: caller.id, keyId: id }, 'key revoked');
      return (await keysWithin(caller)).find((each) => each.id === id);
    },
  );

  async function keysWithin(caller: Caller): Promise<readonly KeyRecord[]> {
    const reach = reachOf(caller);
    return (await keys.list()).filter(({ tenant }) => reach === null || tenant === reach);
  }

  /**
   * Whoever needs no key yet makes none here: any program of the machine could, and would have it when the
   * service is closed.
   */
  async function refuseBeyond(grant: KeyGrant, caller: Caller): Promise<KeyGrant> {
    const refuse = (detail: string, fix: string): never => {
      throw new ProblemError('grant_denied', detail, { fix });
    };
    const giver = (await keys.list()).find(({ id }) => id === caller.id);
    if (giver === undefined) {
      return refuse('The first key is made on the machine of the service.', byHand);
    }
    const more = beyond(grant, giver);
    const fix = 'castellan keys create, on the machine of the service';
    if (more !== null) return refuse(`A key may not give ${more}, which it has not.`, fix);
    if (outlives(grant, giver)) {
      return refuse(
        `This key ends at ${giver.expiresAt}, and so must the keys that it makes.`,
        fix,
      );
    }
    return grant;
  }
}

function grantOf(body: GrantBody, caller: Caller): KeyGrant {
  const {
    name = 'unnamed',
    tenant = caller.tenant,
    mayNameTenant = false,
    expiresAt = null,
  } = body;
  return {
    name,
    tenant,
    mayNameTenant,
    policies: [...new Set(body.policies ?? caller.policies.slice(0, 1))],
    scopes: [...new Set(body.scopes ?? (['runs:write', 'runs:read'] as const))],
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  };
}
