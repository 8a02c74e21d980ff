import { CastellanError } from '@castellan/protocol';
import { placeholderOf, type RunSecret } from '@castellan/protocol/kinds';

type Secrets = Readonly<Record<string, RunSecret>>;

/** The part of `env` that a run has from its secrets: values, or what stands for them. Throws `invalid_option`. */
export function secretEnv(
  secrets: Secrets,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, { value, hosts, inEnv = false }]) => {
      if (Object.hasOwn(env, name)) {
        throw refusal(name, 'env has a variable of that name', 'rename one of them');
      }
      if (inEnv !== (hosts.length === 0)) {
        const why = inEnv ? 'it is bound to hosts, and in env' : 'it is bound to no host';
        throw refusal(name, why, 'give it either hosts or inEnv: true');
      }
      return [name, inEnv ? value : placeholderOf(name)];
    }),
  );
}

function refusal(name: string, why: string, fix: string): CastellanError {
  return new CastellanError('invalid_option', `secrets.${name} cannot be used: ${why}.`, {
    option: `secrets.${name}`,
    fix,
  });
}
