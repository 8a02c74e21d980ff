import { JsonText } from '@castellan/protocol/json';
import { z } from 'zod';
import type { RunSpec } from '../../runs/contract/launch.ts';
import { splitLabels } from '../admission/own-labels.ts';
import type { Submit } from '../admission/submit.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import { idempotencyKey, runParams } from '../schemas/params.ts';
import { noFields, type RunBody } from '../schemas/request.ts';
import { runSchema } from '../schemas/run.ts';
import { type App, reachOf } from './app.ts';
import type { RouteOptions } from './options.ts';
import { found } from './runs.ts';
import { sendJson } from './send.ts';

/** Runs what was run before, once more. */
export function addAgain(app: App, { runs }: RouteOptions, submit: Submit): void {
  app.post(
    '/v1/runs/:id/again',
    {
      config: { access: 'runs:write', isBodyless: true },
      schema: {
        operationId: 'runAgain',
        summary: 'Submits the same run once more: same source, parameters, limits, policy, tenant.',
        description:
          'The policy decides anew, as it is now and for this key. What was asked for is kept as long as the logs of the run (`store.logsMs`).',
        tags: ['runs'],
        params: runParams,
        headers: z.looseObject({ 'idempotency-key': idempotencyKey }),
        body: noFields,
        response: {
          202: answer('The new run. `Location` says where it is.', runSchema),
          ...problemsOf(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { spec, policy, tenant, placement } = found(
        await runs.asked(reachOf(request.caller), id),
        request,
      );
      if (spec === null) {
        const detail = `What was asked for with ${id} is not kept any more. Submit it anew.`;
        throw new ProblemError('not_found', detail);
      }
      const { own, others } = splitLabels(spec.input.labels);
      const placed = Object.keys(placement).length > 0 ? { placement: { labels: placement } } : {};
      const body = { ...bodyOf(spec), ...placed, labels: others, policy, tenant };
      const { submitted, claimed } = await submit(body, request, { labels: own });
      using _ = claimed;
      const { run, isReplay } = submitted;
      request.runId = run.id;
      void reply.header('location', `/v1/runs/${run.id}`);
      if (isReplay) void reply.header('idempotency-replayed', 'true');
      return await sendJson(reply.code(202), run.json);
    },
  );
}

/** The body of a request that asks for this. */
function bodyOf({ source, input, limits, secrets }: RunSpec): RunBody {
  const { params, ...options } = input;
  // What nobody asked for is null.
  const asked = Object.entries(options).filter(([, value]) => value !== null);
  return {
    ...(typeof source === 'string' ? { code: source } : source),
    ...Object.fromEntries(asked),
    params: new JsonText(params),
    limits,
    ...(secrets === undefined ? {} : { secrets: [...secrets] }),
  };
}
