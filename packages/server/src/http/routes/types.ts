import { shown } from '@castellan/protocol/kinds';
import { statSync } from 'node:fs';
import { z } from 'zod';
import { sendPacked } from '../page/send.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, problemsOf, typesSchema } from '../schemas/answers.ts';
import type { App } from './app.ts';
import type { RouteOptions } from './options.ts';

const params = z.strictObject({
  runtime: z.string().min(1).max(256).describe('Its name, as `GET /v1/runtimes` tells it.'),
});
const query = z.strictObject({
  package: z.string().min(1).max(256).describe('Its name, such as `zod` or `@scope/name`.'),
});

/** The types of packages, for editors: files that were made with the runtime, of which none is a stranger's. */
export function addTypes(app: App, { offerOf }: RouteOptions): void {
  app.get(
    '/v1/runtimes/:runtime/types',
    {
      schema: {
        operationId: 'getPackageTypes',
        summary: 'The TypeScript declarations of a package of a runtime, for an editor.',
        description:
          'Of a package whose `types` is true in `GET /v1/runtimes`, with all that its declarations mention of others. Runtimes that a policy of the key draws from.',
        tags: ['service'],
        params,
        querystring: query,
        response: {
          200: answer('The types.', typesSchema),
          ...problemsOf(400, 401, 403, 404, 429),
        },
      },
    },
    (request, reply) => {
      const { caller } = request;
      const { runtime } = request.params;
      const { package: name } = request.query;
      const path = caller.policies
        .map(offerOf)
        .filter((offer) => offer.runtime === runtime)
        .flatMap(({ packages }) => packages.filter((each) => each.name === name))
        .find(({ types }) => types !== null)?.types;
      const file = path == null ? undefined : statSync(path, { throwIfNoEntry: false });
      if (path == null || file === undefined) {
        throw new ProblemError(
          'not_found',
          `There are no types of ${shown(name)} in a runtime ${shown(runtime)} of this key. GET /v1/runtimes says which there are.`,
        );
      }
      const contentType = 'application/json; charset=utf-8';
      return sendPacked({ path, sizeBytes: file.size, contentType }, request, reply);
    },
  );
}
