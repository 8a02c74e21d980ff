import { createHash } from 'node:crypto';
import type { Problem } from '@castellan/protocol';
import type { Validator } from '../../functions/schema/validator.ts';
import { UndecidedError } from '../../functions/schema/validator.ts';
import type { NewVersion } from '../../functions/record.ts';
import type { Caller } from '../../keys/keys.ts';
import type { Check } from '../../runs/contract/check.ts';
import type { Submission } from '../../runs/contract/runs.ts';
import type { SecretStore } from '../../secrets/store.ts';
import { ProblemError } from '../problems/problem.ts';
import type { DefinitionBody } from '../schemas/functions.ts';
import { admit, type Rules } from './admit.ts';
import { policyOf } from './policy-of.ts';
import { refuseLess, refuseUnrecordedWebhook } from './record.ts';
import { canonical } from './idempotency.ts';
import { refuseManyLabels, refuseOwnLabels } from './own-labels.ts';
import { admitSecrets } from './secrets.ts';
import { admitWebhook } from './webhook.ts';
import { firstStatic } from './static-imports.ts';

interface Parts extends Rules {
  /** Null: scripts are not checked. */
  readonly check: Check | null;
  readonly validator: Pick<Validator, 'check'>;
  readonly secrets: Pick<SecretStore, 'find'>;
  /** The policy by which webhooks are sent; null: none are. */
  readonly webhookPolicy: string | null;
  /** The policy whose rates callers without a key have; null: there are none. */
  readonly anonymousPolicy: string | null;
}

/** A definition that may be stored. */
export interface Admitted {
  readonly tenant: string;
  readonly version: NewVersion;
  /** What the check found and did not refuse. */
  readonly problems: readonly Problem[];
}

/**
 * Looks at everything that a call would be refused for, now, before it is stored: the policy, the limits, the
 * script and the schema. Throws a problem.
 */
export async function admitDefinition(
  name: string,
  body: DefinitionBody,
  caller: Caller,
  { check, validator, secrets, anonymousPolicy, webhookPolicy, ...rules }: Parts,
): Promise<Admitted> {
  const { live: isLive = true, tenant: asked, description = '', schema, calls, ...rest } = body;
  const { public: isPublic = false, ...run } = rest;
  if (isPublic && anonymousPolicy === null) refusePublic();
  refuseOwnLabels(run.labels);
  refuseManyLabels(run.labels);
  admitWebhook(run.webhook, rules.policies.get(webhookPolicy ?? '') ?? null);
  const submission = admit({ ...run, tenant: asked }, caller, rules, null);
  await admitSecrets(submission, name, caller, { secrets, policies: rules.policies });
  const { tenant, policy } = submission;
  const ruling = policyOf(policy, caller, rules);
  refuseLess(calls?.record, '/calls/record', ruling);
  if (run.webhook !== undefined) refuseUnrecordedWebhook(calls?.record ?? ruling.calls.record);
  if (schema !== undefined) await refuseSchema(schema, tenant, validator);
  const problems = check === null ? [] : await checked(submission, check);
  const marks = isPublic ? { public: true } : {};
  const definition = canonical({ ...run, calls, description, schema, policy, ...marks });
  return {
    tenant,
    problems,
    version: {
      definition,
      description,
      policy,
      isLive,
      hash: createHash('sha256').update(definition).digest('hex'),
      createdBy: caller.id,
    },
  };
}

function refusePublic(): never {
  const detail =
    'public is true, and the service takes no calls without a key: keys.anonymousPolicy is not set.';
  const fix = 'have the operator set keys.anonymousPolicy, or leave public out';
  throw new ProblemError('not_supported', detail, {
    fix,
    errors: [{ pointer: '/public', detail }],
  });
}

async function refuseSchema(
  schema: unknown,
  tenant: string,
  validator: Pick<Validator, 'check'>,
): Promise<void> {
  const question = { schema: JSON.stringify(schema), params: null };
  const fault = await validator.check(tenant, question).catch((error: unknown) => {
    if (error instanceof UndecidedError) return { message: 'takes too long or too much to read' };
    throw error;
  });
  if (fault === null) return;
  const detail = `schema is no JSON Schema that can be used: ${fault.message}.`;
  throw new ProblemError('invalid_request', detail, { errors: [{ pointer: '/schema', detail }] });
}

async function checked(
  { source, input, policy, limits, tenant }: Submission,
  check: Check,
): Promise<readonly Problem[]> {
  const problems = await check({ source, modules: input.modules, policy, limits, tenant }).catch(
    (cause: unknown) => {
      const detail = 'The script cannot be checked now, and is not stored without.';
      throw Object.assign(new ProblemError('overloaded', detail, { retryAfterMs: 1_000 }), {
        cause,
      });
    },
  );
  const fatal = problems.filter((problem) => isFatal(problem, source));
  const [first] = fatal;
  if (first === undefined) return problems;
  const { code, message, file, line, column, specifier } = first;
  // Of one problem, the fields of the place say all.
  const others = fatal.length === 1 ? [] : fatal.slice(0, 20);
  const pointer = typeof source === 'string' ? '/code' : '/files';
  const errors = others.map((each) => ({ pointer, detail: placed(each) }));
  throw new ProblemError(code === 'module_denied' ? code : 'script_refused', message, {
    ...(errors.length === 0 ? {} : { errors }),
    place: { file, line, column, ...(specifier === undefined ? {} : { specifier }) },
  });
}

/** Whether no call could get past it: a script can catch what `require()` and `import()` throw. */
function isFatal(problem: Problem, source: Submission['source']): boolean {
  if (problem.code === 'unknown_global') return false;
  const isModule = problem.code === 'module_denied' || problem.code === 'module_not_found';
  return !isModule || firstStatic([problem], source) !== undefined;
}

function placed({ file, line, column, message }: Problem): string {
  const place = [file, line, column].filter((part) => part !== null).join(':');
  return place === '' ? message : `${place}: ${message}`;
}
