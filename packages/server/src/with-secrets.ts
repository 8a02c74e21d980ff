import type { RunSecret } from '@castellan/sandbox';
import type { Policy } from './policies/policy.ts';
import { type Launch, LaunchError, type QueuedRun } from './runs/contract/launch.ts';
import { isStorageFault } from './storage/fault.ts';
import { SecretError, type SecretStore } from './secrets/store.ts';
import { faultOfUse, namesIn } from './secrets/use.ts';

/**
 * The same launches, each with the values of the secrets that its run names, as they are at that moment. They are
 * asked for what admission has asked before: a secret may be another one by now.
 */
export function withSecrets(
  launch: Launch,
  secrets: Pick<SecretStore, 'open'>,
  policies: ReadonlyMap<string, Policy>,
): Launch {
  return (...asked) => {
    const [{ secrets: names = [] }] = asked;
    return names.length === 0 ? launch(...asked) : launched(names, ...asked);
  };

  async function* launched(names: readonly string[], ...[run, ...more]: Parameters<Launch>) {
    yield* launch({ ...run, secretValues: await valuesOf(names, run) }, ...more);
  }

  async function valuesOf(names: readonly string[], { tenant, policy, input }: QueuedRun) {
    const found = await secrets.open(tenant, names).catch((error: unknown): never => {
      if (error instanceof SecretError) throw new LaunchError('refused', error.message);
      if (isStorageFault(error)) throw new LaunchError('busy', error.message, { cause: error });
      throw error;
    });
    const use = {
      function: input.labels['castellan/function'] ?? null,
      policy,
      mayBeInEnv: policies.get(policy)?.secrets.env === true,
    };
    const told = namesIn(input.labels);
    const values = names.map((name): [string, RunSecret] => {
      const secret = found.find((each) => each.name === name);
      if (secret === undefined) {
        throw new LaunchError('refused', `The secret ${name} is not there any more.`);
      }
      const fault = faultOfUse(secret, use);
      if (fault !== null) throw new LaunchError('refused', fault.why);
      const { value, hosts, headers, inEnv } = secret;
      if (inEnv && !told.includes(name)) {
        throw new LaunchError('refused', `The secret ${name} has become one for env meanwhile.`);
      }
      return [name, { value, hosts, headers, inEnv }];
    });
    return Object.fromEntries(values);
  }
}
