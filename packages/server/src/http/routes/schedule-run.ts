import { shown } from '@castellan/protocol/kinds';
import { JsonText } from '@castellan/protocol/json';
import { tenantOf } from '../admission/admit.ts';
import { type Invoke, startRun } from '../admission/invoke.ts';
import { labelsOfSchedule } from '../admission/own-labels.ts';
import { callScopes } from '../admission/tick-calls.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import { ofTenant } from '../schemas/functions.ts';
import { functionParams, submitHeaders } from '../schemas/params.ts';
import { runSchema } from '../schemas/run.ts';
import type { App } from './app.ts';
import type { RouteOptions } from './options.ts';
import type { Started } from './started.ts';

/** Starts the run of a schedule by hand. */
export function addScheduleRun(
  app: App,
  { schedules }: RouteOptions,
  invoke: Invoke,
  started: Started,
): void {
  app.post(
    '/v1/schedules/:name/run',
    {
      config: { access: callScopes, isBodyless: true },
      schema: {
        operationId: 'runSchedule',
        summary: 'Calls the function of a schedule now, with its parameters.',
        description:
          'With the rights of whoever asks, whether the schedule is paused or not and whatever runs already. The label `castellan/schedule` says where it came from.',
        tags: ['schedules'],
        params: functionParams,
        headers: submitHeaders,
        body: ofTenant.nullish(),
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
      const { caller, params, body } = request;
      const tenant = tenantOf(body?.tenant, caller);
      const schedule = await schedules.find(tenant, params.name);
      if (schedule === undefined) {
        throw new ProblemError('not_found', `There is no schedule ${shown(params.name)}.`);
      }
      const { name, function: called, alias, params: text } = schedule;
      const call = {
        name: called,
        body: { params: new JsonText(text), tenant, ...(alias === null ? {} : { alias }) },
        stickyKey: undefined,
        labels: labelsOfSchedule(name, null),
      };
      return started(() => startRun(invoke, call, request), request, reply);
    },
  );
}
