import { CastellanError } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { refuseNoWalls } from './floor.ts';
import { largestBody } from './http/body/largest.ts';
import type { Policy } from './policies/policy.ts';

export interface ReloadParts {
  /** As it was at the start: all that is not a policy stays. */
  readonly config: Config;
  /** In force; replaced when all is well. */
  readonly policies: Map<string, Policy>;
  readonly log: Logger;
  /** Has a launcher with the new policies take over. */
  readonly replace: (config: Config) => Promise<void>;
}

/**
 * Returns what reads the policies again, one time after the other: they are in force when it resolves, or, where
 * anything is wrong with them, the old ones stay, and the log says why. Never rejects.
 */
export function reloading(parts: ReloadParts): (read: () => Promise<Config>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (read) => {
    last = last.then(() => reload(parts, read));
    return last;
  };
}

async function reload(
  { config, policies, log, replace }: ReloadParts,
  read: () => Promise<Config>,
): Promise<void> {
  try {
    const next = await read();
    refuseOthers(config, next);
    refuseNoWalls({ ...next, host: config.host });
    await replace(next);
    policies.clear();
    for (const [name, policy] of next.policies) policies.set(name, policy);
    log.info({ policies: [...policies.keys()] }, 'the policies were read again');
  } catch (error) {
    const { detail, fix } = error instanceof CastellanError ? error : { detail: String(error) };
    log.error({ detail, fix: fix ?? null }, 'the policies cannot be used; the old ones stay');
  }
}

/** Refuses policies with which a service would have to be started again. */
function refuseOthers(old: Config, { policies, defaultPolicy }: Config): void {
  const refuse = (detail: string): never => {
    throw new CastellanError('invalid_option', `${detail}.`, {
      fix: 'restart the service',
      option: 'policies',
    });
  };
  if (defaultPolicy !== old.defaultPolicy) {
    refuse(`The first policy was ${old.defaultPolicy}, and now is ${shown(defaultPolicy)}`);
  }
  const { anonymousPolicy } = old.keys;
  const open = anonymousPolicy === null ? undefined : policies.get(anonymousPolicy);
  if (anonymousPolicy !== null && open?.reuse !== 'never') {
    refuse(`The policy ${anonymousPolicy} of callers without a key is gone, or has another reuse`);
  }
  if (largestBody(policies) > largestBody(old.policies)) {
    refuse('A ceiling of sourceBytes or paramsBytes is above all that there were at the start');
  }
}
