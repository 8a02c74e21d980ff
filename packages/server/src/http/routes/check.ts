import { admitCheck } from '../admission/admit.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, checkAnswerSchema, problemsOf } from '../schemas/answers.ts';
import { checkRequestSchema } from '../schemas/request.ts';
import type { App } from './app.ts';
import type { RouteOptions } from './options.ts';

/** Reports what is wrong with a script without running it. */
export function addCheck(app: App, { policies, offerOf, check }: RouteOptions): void {
  app.post(
    '/v1/check',
    {
      config: { access: 'runs:write' },
      schema: {
        operationId: 'checkScript',
        summary: 'Looks for syntax errors, denied imports and unknown globals. Runs nothing.',
        description:
          'The script is parsed in a box, like one that is run, with the modules of the policy.',
        tags: ['runs'],
        body: checkRequestSchema,
        response: {
          200: answer('What is wrong; an empty list when nothing is.', checkAnswerSchema),
          ...problemsOf(400, 401, 403, 413, 415, 422, 429, 503),
        },
      },
    },
    async (request) => {
      const checked = admitCheck(request.body, request.caller, { policies, offerOf });
      const problems = await check?.(checked).catch((error: unknown) => {
        request.log.warn({ err: error }, 'a check could not be made');
      });
      if (problems) return { problems };
      throw new ProblemError('overloaded', 'Scripts cannot be checked now.', {
        retryAfterMs: 1_000,
      });
    },
  );
}
