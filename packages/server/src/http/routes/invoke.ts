import { z } from 'zod';
import type { Invoke } from '../admission/invoke.ts';
import { dropBody } from '../body/json.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import { invokeSchema } from '../schemas/functions.ts';
import { functionParams, submitHeaders } from '../schemas/params.ts';
import { answeredCallSchema, runSchema } from '../schemas/run.ts';
import type { App } from './app.ts';
import { callJson } from './call-json.ts';
import { sendJson } from './send.ts';
import type { Started } from './started.ts';

/** Calls functions. */
export function addInvoke(app: App, invoke: Invoke, started: Started, closing: AbortSignal): void {
  app.post(
    '/v1/functions/:name/invoke',
    {
      config: { access: ['functions:invoke', 'runs:write'], isBodyless: true },
      schema: {
        operationId: 'invokeFunction',
        summary: 'Runs the live version of a function, or the one that the call names.',
        description:
          'With `record: "all"`, a run like any other: it waits with `Prefer: wait=N`, has events, and is started once for each `Idempotency-Key`. With `failures` or `none`, where the policy allows them, nothing is written down before it ends and it waits in no queue: the answer has all that there is, and says `recorded`. The labels `castellan/function` and `castellan/version` say what ran. Parameters that the JSON Schema of the version refuses start nothing.',
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
          200: answer(
            'The run, which has ended; or the call, where it was not written down before.',
            z.union([runSchema, answeredCallSchema]),
          ),
          202: answer(
            'The run, which is queued or running. `Location` says where it is.',
            runSchema,
          ),
          ...problemsOf(400, 401, 403, 404, 409, 413, 415, 422, 429, 502, 503),
        },
      },
    },
    async (request, reply) => {
      const call = {
        name: request.params.name,
        body: request.body ?? {},
        stickyKey: request.headers['castellan-version-key'],
      };
      const invocation = await invoke(call, request);
      if (invocation.record === 'all') return started(invocation.start, request, reply);
      dropBody(request);
      const left = new AbortController();
      reply.raw.once('close', () => left.abort());
      const signal = AbortSignal.any([left.signal, closing]);
      const answered = await invocation.answer(signal);
      const { id } = answered.run;
      request.runId = id;
      if (answered.isRecorded) void reply.header('location', `/v1/runs/${id}`);
      return sendJson(reply, callJson(answered));
    },
  );
}
