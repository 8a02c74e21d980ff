import { z } from 'zod';
import type { Choose } from '../admission/chosen.ts';
import { invoker } from '../admission/invoke.ts';
import type { Submit } from '../admission/submit.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import { invokeSchema } from '../schemas/functions.ts';
import { functionParams, submitHeaders } from '../schemas/params.ts';
import { runSchema } from '../schemas/run.ts';
import type { App } from './app.ts';
import type { RouteOptions } from './options.ts';
import type { Started } from './started.ts';

/** Calls functions. */
export function addInvoke(
  app: App,
  { validator }: RouteOptions,
  choose: Choose,
  submit: Submit,
  started: Started,
): void {
  const invoke = invoker({ choose, validator, submit });
  app.post(
    '/v1/functions/:name/invoke',
    {
      config: { access: ['functions:invoke', 'runs:write'], isBodyless: true },
      schema: {
        operationId: 'invokeFunction',
        summary: 'Runs the live version of a function, or the one that the call names.',
        description:
          'A run like any other: it waits with `Prefer: wait=N`, has events, and is started once for each `Idempotency-Key`. The labels `castellan/function` and `castellan/version` say what ran. Parameters that the JSON Schema of the version refuses start nothing.',
        tags: ['functions'],
        params: functionParams,
        headers: submitHeaders.extend({
          'castellan-version-key': z
            .string()
            .max(256)
            .optional()
            .describe('Calls with the same text are on the same side of a canary.'),
        }),
        body: invokeSchema,
        response: {
          200: answer('The run, which has ended.', runSchema),
          202: answer(
            'The run, which is queued or running. `Location` says where it is.',
            runSchema,
          ),
          ...problemsOf(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const call = {
        name: request.params.name,
        body: request.body ?? {},
        stickyKey: request.headers['castellan-version-key'],
      };
      return started(() => invoke(call, request), request, reply);
    },
  );
}
