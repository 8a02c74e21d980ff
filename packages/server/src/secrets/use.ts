import { shown } from '@castellan/protocol/kinds';
import type { SecretBinding } from './record.ts';

/** Who would have a secret. */
export interface SecretUse {
  /** The function that is called; null for any other run. */
  readonly function: string | null;
  /** The policy, and whether it lets values into `env`. */
  readonly policy: string;
  readonly mayBeInEnv: boolean;
}

/** Why a run may not have a secret, and what mends that; null: it may. */
export function faultOfUse(
  {
    name,
    functions,
    inEnv,
  }: Pick<SecretBinding, 'functions' | 'inEnv'> & { readonly name: string },
  use: SecretUse,
): { readonly why: string; readonly fix: string } | null {
  if (functions !== null && (use.function === null || !functions.includes(use.function))) {
    const whose = use.function === null ? 'this run is of none' : `not ${shown(use.function)}`;
    return {
      why: `The secret ${name} is bound to the functions ${functions.join(', ')}, and ${whose}.`,
      fix: 'set it again with that function among its functions, or leave it out',
    };
  }
  if (inEnv && !use.mayBeInEnv) {
    return {
      why: `The secret ${name} is one for env, and the policy ${shown(use.policy)} lets no secret in there.`,
      fix: `set policies.${use.policy}.secrets.env, or set the secret again with hosts that it is sent to`,
    };
  }
  return null;
}

/** The label that names what of a run's `env` is a secret's value. Only the service writes it. */
export const envSecretsLabel = 'castellan/env-secrets';

export function namesIn(labels: Readonly<Record<string, string>>): readonly string[] {
  return labels[envSecretsLabel]?.split(' ') ?? [];
}
