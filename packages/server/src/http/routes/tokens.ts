import type { Keys } from '../../keys/keys.ts';
import { issueRunToken } from '../../keys/run-token.ts';
import { answer, problemsOf, runTokenSchema } from '../schemas/answers.ts';
import { noFields } from '../schemas/request.ts';
import { runParams } from '../schemas/params.ts';
import { type App, reachOf } from './app.ts';
import type { RouteOptions } from './options.ts';
import { found } from './runs.ts';

/** Gives out tokens that read the events and artifacts of one run. */
export function addTokens(app: App, { runs }: RouteOptions, { tokenSecret }: Keys): void {
  app.post(
    '/v1/runs/:id/token',
    {
      config: { access: 'runs:read', isBodyless: true },
      schema: {
        operationId: 'createRunToken',
        summary: 'A token for a page: it reads the events and artifacts of this run.',
        description:
          'It goes into `?token=` of `GET /v1/runs/{id}/events` and `GET /v1/runs/{id}/artifacts/{name}` of this run, and works nowhere else. It ends after an hour, or when the key that asked for it is revoked or expires. The events hold the whole Run.',
        tags: ['runs'],
        params: runParams,
        body: noFields,
        response: {
          200: answer('The token.', runTokenSchema),
          ...problemsOf(400, 401, 403, 404, 415, 422, 429),
        },
      },
    },
    async (request, reply) => {
      const { caller } = request;
      const { id } = found(await runs.get(reachOf(caller), request.params.id), request);
      const { token, endsAt } = issueRunToken(tokenSecret, id, caller.id, Date.now());
      void reply.header('cache-control', 'no-store');
      return { token, expiresAt: new Date(endsAt).toISOString() };
    },
  );
}
