import { shown } from '@castellan/protocol/kinds';
import { tenantOf } from '../admission/admit.ts';
import { refuseUnusable } from '../admission/bind-secret.ts';
import { dropBody } from '../body/json.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import { ofTenant } from '../schemas/functions.ts';
import {
  newSecretSchema,
  rotatedSchema,
  secretParams,
  secretSchema,
  secretsSchema,
} from '../schemas/secrets.ts';
import { noFields } from '../schemas/request.ts';
import type { App } from './app.ts';
import type { RouteOptions } from './options.ts';

const tags = ['secrets'];
const isAudited = true;

/** Stores and removes secrets. No answer has a value. */
export function addSecrets(app: App, { secrets }: RouteOptions): void {
  app.put(
    '/v1/secrets/:name',
    {
      config: { access: 'secrets:write', isAudited },
      schema: {
        operationId: 'setSecret',
        summary: 'Stores a secret, or another value and binding of it.',
        description:
          'Runs that name it in `secrets` have `env[name]`, which stands for the value until a request for one of `hosts` leaves. The next run has the new value; runs under way go on with theirs.',
        tags,
        params: secretParams,
        body: newSecretSchema,
        response: {
          200: answer('It was there, and is another one now.', secretSchema),
          201: answer('A new one.', secretSchema),
          ...problemsOf(400, 401, 403, 413, 415, 422, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { caller, params, body } = request;
      request.secretName = params.name;
      const { value, hosts = [], headers = [], functions = null, env: inEnv = false } = body;
      refuseUnusable(params.name, body);
      const binding = { hosts, headers, functions, inEnv };
      const secret = { value, ...binding, updatedBy: caller.id };
      const { record, isNew } = await secrets
        .put(tenantOf(body.tenant, caller), params.name, secret)
        .finally(() => dropBody(request));
      return reply.code(isNew ? 201 : 200).send(record);
    },
  );

  app.get(
    '/v1/secrets',
    {
      config: { access: 'secrets:write' },
      schema: {
        operationId: 'listSecrets',
        summary: 'The secrets of a tenant: names and bindings.',
        description: 'Never their values, which no call reads.',
        tags,
        querystring: ofTenant,
        response: { 200: answer('All of them.', secretsSchema), ...problemsOf(401, 403, 422, 429) },
      },
    },
    async ({ caller, query }) => ({ items: await secrets.list(tenantOf(query.tenant, caller)) }),
  );

  app.delete(
    '/v1/secrets/:name',
    {
      config: { access: 'secrets:write', isAudited },
      schema: {
        operationId: 'deleteSecret',
        summary: 'Removes a secret.',
        description:
          'Runs that name it are refused from now on; those that have begun keep what they have.',
        tags,
        params: secretParams,
        querystring: ofTenant,
        response: {
          200: answer('What it was.', secretSchema),
          ...problemsOf(400, 401, 403, 404, 422, 429, 503),
        },
      },
    },
    async (request) => {
      const { caller, params, query } = request;
      request.secretName = params.name;
      const record = await secrets.remove(tenantOf(query.tenant, caller), params.name);
      if (record !== undefined) return record;
      throw new ProblemError('not_found', `There is no secret ${shown(params.name)}.`);
    },
  );

  app.post(
    '/v1/secrets/rotate',
    {
      config: { access: 'admin', isAudited, isBodyless: true },
      schema: {
        operationId: 'rotateSecrets',
        summary: 'Seals with the first key what an older one has sealed.',
        description:
          'Of all tenants, for some seconds: call it until `left` is 0. Then the older key may go.',
        tags,
        body: noFields,
        response: {
          200: answer('How far it has come.', rotatedSchema),
          ...problemsOf(400, 401, 403, 415, 422, 429, 503),
        },
      },
    },
    async ({ caller }) => {
      if (caller.mayNameTenant) return secrets.rotate();
      throw new ProblemError(
        'tenant_denied',
        'Secrets of all tenants are sealed anew: ask with a key that may name tenants.',
      );
    },
  );
}
