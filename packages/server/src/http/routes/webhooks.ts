import { shown } from '@castellan/protocol/kinds';
import type { Keys } from '../../keys/keys.ts';
import { type SigningSecrets, secretsOf } from '../../webhooks/signature.ts';
import { tenantOf } from '../admission/admit.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import { ofTenant } from '../schemas/functions.ts';
import { runParams } from '../schemas/params.ts';
import { noFields } from '../schemas/request.ts';
import { deliveriesSchema, deliverySchema, signingSchema } from '../schemas/webhooks.ts';
import { type App, reachOf } from './app.ts';
import type { RouteOptions } from './options.ts';
import { found } from './runs.ts';

const tags = ['webhooks'];

/** What became of webhooks, and what they are signed with. */
export function addWebhooks(
  app: App,
  { runs, webhooks }: RouteOptions,
  { tokenSecret }: Keys,
): void {
  app.get(
    '/v1/runs/:id/deliveries',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'listDeliveries',
        summary: 'What became of the webhook of a run, with each attempt.',
        description: 'It is kept as long as runs are.',
        tags,
        params: runParams,
        response: {
          200: answer('The delivery, if the run has a webhook.', deliveriesSchema),
          ...problemsOf(401, 403, 404, 422, 429),
        },
      },
    },
    async (request) => {
      const { caller, params } = request;
      const delivery = await webhooks.find(reachOf(caller), params.id);
      if (delivery !== undefined) return { items: [delivery] };
      found(await runs.get(reachOf(caller), params.id), request);
      return { items: [] };
    },
  );

  app.post(
    '/v1/runs/:id/deliveries/replay',
    {
      config: { access: 'runs:write', isBodyless: true },
      schema: {
        operationId: 'replayDelivery',
        summary: 'Has the webhook of a run delivered again.',
        description: 'Whatever became of it before, from the first attempt on, with the same id.',
        tags,
        params: runParams,
        body: noFields,
        response: {
          202: answer('The delivery, which waits.', deliverySchema),
          ...problemsOf(400, 401, 403, 404, 409, 415, 422, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { caller, params } = request;
      const run = found(await runs.get(reachOf(caller), params.id), request);
      if (run.finishedAt === null) {
        const detail = `The run ${shown(run.id)} has not ended: its webhook is sent when it does.`;
        throw new ProblemError('run_not_ended', detail);
      }
      return reply.code(202).send(await webhooks.replay(reachOf(caller), params.id));
    },
  );

  app.get(
    '/v1/webhook-secret',
    {
      config: { access: 'secrets:write' },
      schema: {
        operationId: 'getWebhookSecret',
        summary: 'What the webhooks of a tenant are signed with.',
        description: 'Receivers verify messages with it, by any library of Standard Webhooks.',
        tags,
        querystring: ofTenant,
        response: {
          200: answer('The secret.', signingSchema),
          ...problemsOf(401, 403, 422, 429),
        },
      },
    },
    async ({ caller, query }, reply) => {
      void reply.header('cache-control', 'no-store');
      const tenant = tenantOf(query.tenant, caller);
      return signingOf(
        secretsOf(tokenSecret, tenant, await webhooks.generation(tenant), Date.now()),
      );
    },
  );

  app.post(
    '/v1/webhook-secret/rotate',
    {
      config: { access: 'secrets:write', isAudited: true, isBodyless: true },
      schema: {
        operationId: 'rotateWebhookSecret',
        summary: 'Signs the webhooks of a tenant with another secret from now on.',
        description:
          'For a day messages have two signatures, the second by the secret before, so that receivers can change theirs meanwhile. A second rotation within that day ends the first secret at once.',
        tags,
        body: ofTenant.nullish(),
        response: {
          200: answer('The new secret, and the one before.', signingSchema),
          ...problemsOf(400, 401, 403, 415, 422, 429, 503),
        },
      },
    },
    async ({ caller, body }, reply) => {
      void reply.header('cache-control', 'no-store');
      const tenant = tenantOf(body?.tenant, caller);
      return signingOf(secretsOf(tokenSecret, tenant, await webhooks.rotate(tenant), Date.now()));
    },
  );
}

function signingOf({ newest, previous }: SigningSecrets) {
  return { secret: newest, previous };
}
