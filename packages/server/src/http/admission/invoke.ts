import type { FastifyRequest } from 'fastify';
import { JsonText } from '@castellan/protocol/json';
import { shown } from '@castellan/protocol/kinds';
import { UndecidedError, type Validator } from '../../functions/schema/validator.ts';
import { ProblemError } from '../problems/problem.ts';
import type { InvokeBody } from '../schemas/functions.ts';
import type { RunBody } from '../schemas/request.ts';
import { tenantOf } from './admit.ts';
import type { Choose } from './chosen.ts';
import { labelsOfCall, refuseManyLabels } from './own-labels.ts';
import type { Submit, Taken } from './submit.ts';

interface Parts {
  readonly choose: Choose;
  readonly validator: Pick<Validator, 'check'>;
  readonly submit: Submit;
}

/** A call of a function. */
interface Call {
  readonly name: string;
  readonly body: InvokeBody;
  readonly stickyKey: string | undefined;
}

/** Starts a run of the version that a call asks for. Throws a problem, `FunctionError` or `RefusedError`. */
export type Invoke = (
  call: Call,
  request: Pick<FastifyRequest, 'caller' | 'subject' | 'headers'>,
) => Promise<Taken>;

export function invoker({ choose, validator, submit }: Parts): Invoke {
  return async (call, request) => {
    const { name, body } = call;
    const { params, stdin, labels, queue, retry } = body;
    const tenant = tenantOf(body.tenant, request.caller);
    const { version, alias } = body;
    const asked = { version, alias, stickyKey: call.stickyKey };
    const { number, definition } = await choose(tenant, name, asked);
    const { run, schema } = definition;
    if (schema !== null) await refuseParams(params, { schema, tenant, validator });
    const allLabels = { ...run.labels, ...labels };
    refuseManyLabels(allLabels);
    const own = { params, stdin, queue, retry };
    const wanted: RunBody = {
      ...run,
      ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
      labels: allLabels,
      tenant,
    };
    const marks = {
      labels: labelsOfCall(name, number),
      asked: { ...body, function: name, tenant },
    };
    try {
      return await submit(wanted, request, marks);
    } catch (error) {
      throw ofVersion(error, { name, number, body });
    }
  };
}

async function refuseParams(
  params: unknown,
  { schema, tenant, validator }: { schema: string; tenant: string } & Pick<Parts, 'validator'>,
): Promise<void> {
  const text = params instanceof JsonText ? params.text : '{}';
  const mismatch = await validator
    .check(tenant, { schema, params: text })
    .catch((error: unknown) => {
      if (!(error instanceof UndecidedError)) throw error;
      return {
        pointer: '',
        message: 'could not be compared with the schema: simplify its patterns and references',
      };
    });
  if (mismatch === null) return;
  const { pointer, message } = mismatch;
  const detail = `params${pointer} ${message}.`;
  throw new ProblemError('invalid_request', detail, {
    errors: [{ pointer: `/params${pointer}`, detail: `${message}.` }],
  });
}

/** What the version was refused for, and not this call, told as that. */
export function ofVersion(
  error: unknown,
  { name, number, body }: { name: string; number: number; body: object },
): unknown {
  const isOfDeployment =
    error instanceof ProblemError &&
    definitionProblems.has(error.code) &&
    error.extras.errors?.every(({ pointer }) =>
      Object.hasOwn(body, pointer.split('/')[1] ?? ''),
    ) !== true;
  if (!isOfDeployment) return error;
  const { value, allowed } = error.extras;
  return new ProblemError(
    error.code,
    `Version ${number} of the function ${shown(name)} asks for what is not open any more, or not to this key: ${error.message}`,
    {
      ...(value === undefined ? {} : { value }),
      ...(allowed === undefined ? {} : { allowed }),
      fix: 'deploy it again with what the policy offers now, or roll back to a version that asks for less',
    },
  );
}

const definitionProblems: ReadonlySet<string> = new Set([
  'not_supported',
  'limit_above_ceiling',
  'module_denied',
  'network_denied',
  'policy_denied',
]);
