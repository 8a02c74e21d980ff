import type { FastifyRequest } from 'fastify';
import type { CallRecord } from '@castellan/protocol';
import { JsonText } from '@castellan/protocol/json';
import { shown } from '@castellan/protocol/kinds';
import { UndecidedError, type Validator } from '../../functions/schema/validator.ts';
import type { Policy } from '../../policies/policy.ts';
import type { AnsweredCall, AskedCall, Calls } from '../../runs/contract/calls.ts';
import { ProblemError } from '../problems/problem.ts';
import type { InvokeBody } from '../schemas/functions.ts';
import type { RunBody } from '../schemas/request.ts';
import { type Rules, tenantOf } from './admit.ts';
import type { Choose } from './chosen.ts';
import { labelsOfCall, refuseManyLabels } from './own-labels.ts';
import { policyOf } from './policy-of.ts';
import { recordOf, refuseUnrecordedWebhook } from './record.ts';
import type { Admit, Submit, Taken } from './submit.ts';

interface Parts extends Pick<Rules, 'policies'> {
  readonly choose: Choose;
  readonly validator: Pick<Validator, 'check'>;
  readonly submit: Submit;
  readonly admit: Admit;
  readonly calls: Calls;
}

/** A call of a function. */
interface Call {
  readonly name: string;
  readonly body: InvokeBody;
  readonly stickyKey: string | undefined;
  /** More labels of the service's own. */
  readonly labels?: Readonly<Record<string, string>>;
}

type Asking = Pick<FastifyRequest, 'caller' | 'subject' | 'headers'>;

/** A call whose version was chosen, and whose parameters fit. */
export type Invocation =
  /** Starts a run. Throws a problem or `RefusedError`. */
  | { readonly record: 'all'; readonly start: () => Promise<Taken> }
  /** Runs it now. Throws a problem or `CallError`. */
  | {
      readonly record: AskedCall['record'];
      readonly answer: (signal: AbortSignal) => Promise<AnsweredCall>;
    };

/** Chooses the version that a call asks for. Throws a problem or `FunctionError`. */
export type Invoke = (call: Call, request: Asking) => Promise<Invocation>;

/** Starts a run for a call of which more than the answer counts, whatever the version says. Throws as both do. */
export async function startRun(invoke: Invoke, call: Call, request: Asking): Promise<Taken> {
  const recorded = { ...call, body: { ...call.body, record: 'all' as const } };
  const invocation = await invoke(recorded, request);
  if (invocation.record !== 'all') throw new Error('The call was to be a run.');
  return invocation.start();
}

/** The most bytes of artifacts in an answer, since they are in it. */
const inlineArtifactBytes = 2 ** 20;

export function invoker({ choose, validator, submit, admit, calls, policies }: Parts): Invoke {
  return async (call, request) => {
    const { name, body } = call;
    const { params, stdin, labels, queue, retry } = body;
    const tenant = tenantOf(body.tenant, request.caller);
    const { version, alias } = body;
    const asked = { version, alias, stickyKey: call.stickyKey };
    const { number, definition } = await choose(tenant, name, asked);
    const { run, schema, record: deployed } = definition;
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
      labels: { ...labelsOfCall(name, number), ...call.labels },
      program: definition.hash,
      asked: { ...body, function: name, tenant },
    };
    const toldOfVersion = (error: unknown): never => {
      throw ofVersion(error, { name, number, body });
    };
    const answer = async (
      record: AskedCall['record'],
      { calls: { waitMs } }: Policy,
      signal: AbortSignal,
    ): Promise<AnsweredCall> => {
      const { submission, claimed } = await admit(wanted, request, marks).catch(toldOfVersion);
      using _ = claimed;
      const { limits } = submission;
      const artifactBytes = Math.min(limits.artifactBytes, inlineArtifactBytes);
      const bounded = { ...submission, limits: { ...limits, artifactBytes } };
      return await calls.call({ submission: bounded, record, waitMs, signal });
    };
    try {
      const policy = policyOf(run.policy, request.caller, { policies });
      const record = recordOf(body.record, deployed, policy);
      if (record === 'all') {
        return {
          record,
          start: () => submit(wanted, request, marks).catch(toldOfVersion),
        };
      }
      refuseBookkeeping(body, request, record);
      if (run.webhook !== undefined) refuseUnrecordedWebhook(record);
      return { record, answer: (signal) => answer(record, policy, signal) };
    } catch (error) {
      return toldOfVersion(error);
    }
  };
}

/** Throws for what only a call has that is written down. */
function refuseBookkeeping(body: InvokeBody, { headers }: Asking, record: CallRecord): void {
  const asked = [
    ['idempotency-key', 'Idempotency-Key', headers['idempotency-key']],
    ['/queue', 'queue', body.queue],
    ['/retry', 'retry', body.retry],
  ] as const;
  const found = asked.find(([, , value]) => value !== undefined);
  if (found === undefined) return;
  const [pointer, name] = found;
  const detail = `${name} is for calls that are written down, and this one has record ${shown(record)}. Leave it out, or call with record "all".`;
  throw new ProblemError('invalid_request', detail, { errors: [{ pointer, detail }] });
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
