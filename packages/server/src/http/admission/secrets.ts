import { shown } from '@castellan/protocol/kinds';
import type { Caller } from '../../keys/keys.ts';
import type { Policy } from '../../policies/policy.ts';
import type { Submission } from '../../runs/contract/runs.ts';
import type { SecretStore } from '../../secrets/store.ts';
import { envSecretsLabel, faultOfUse } from '../../secrets/use.ts';
import { type FieldError, ProblemError } from '../problems/problem.ts';

interface Parts {
  readonly secrets: Pick<SecretStore, 'find'>;
  readonly policies: ReadonlyMap<string, Policy>;
}

/** Characters of a label. */
const longestLabel = 256;

/**
 * A submission whose secrets are there, and its to have, with the label that names those in its `env`. Throws
 * `secret_denied`. A secret of another tenant is answered like one that is nowhere.
 */
export async function admitSecrets(
  submission: Submission,
  functionName: string | null,
  { id }: Pick<Caller, 'id'>,
  { secrets, policies }: Parts,
): Promise<Submission> {
  const { secrets: names = [], tenant, input, policy } = submission;
  const { [envSecretsLabel]: _old, ...labels } = input.labels;
  if (names.length === 0) return submission;
  if (id === 'anonymous') {
    throw new ProblemError('secret_denied', 'Without a key there are no secrets. Send a key.');
  }
  const found = await secrets.find(tenant, names);
  const use = {
    function: functionName,
    policy,
    mayBeInEnv: policies.get(policy)?.secrets.env === true,
  };
  const errors = names.flatMap((name, index): FieldError[] => {
    const record = found.find((each) => each.name === name);
    const fault = record === undefined ? missing(name, tenant) : faultOfUse(record, use);
    const clash = Object.hasOwn(input.env, name) ? alsoInEnv(name) : null;
    return [fault, clash].flatMap((each) =>
      each === null
        ? []
        : [{ pointer: `/secrets/${index}`, detail: `${each.why} To fix it: ${each.fix}.` }],
    );
  });
  const [first] = errors;
  if (first !== undefined) throw new ProblemError('secret_denied', first.detail, { errors });
  const inEnv = found.filter((secret) => secret.inEnv).map(({ name }) => name);
  if (inEnv.length === 0) return { ...submission, input: { ...input, labels } };
  const label = inEnv.join(' ');
  if (label.length > longestLabel) {
    const detail = `The names of the secrets in env have ${label.length} characters, and ${longestLabel} fit into the label that tells of them.`;
    throw new ProblemError('secret_denied', detail);
  }
  return { ...submission, input: { ...input, labels: { ...labels, [envSecretsLabel]: label } } };
}

const missing = (name: string, tenant: string) => ({
  why: `The tenant ${shown(tenant)} has no secret ${shown(name)}.`,
  fix: `castellan secrets set ${name}, or leave it out`,
});

const alsoInEnv = (name: string) => ({
  why: `env has ${name}, and so have the secrets.`,
  fix: 'leave one of them out',
});
