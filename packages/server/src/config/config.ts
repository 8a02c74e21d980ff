import { isRecord, shown } from '@castellan/protocol/kinds';
import type { Policy } from '../policies/policy.ts';
import { readPolicies } from './policies.ts';
import {
  configError,
  type Flags,
  type Given,
  readTable,
  type Sources,
  type Values,
} from './read.ts';
import type { policyTable } from './policy-table.ts';
import { serverTable } from './server-table.ts';

/** Every option of the service, with defaults filled in. */
export type Config = Values<typeof serverTable> & {
  readonly policies: ReadonlyMap<string, Policy>;
  /** The policy of callers whose key names no policy. */
  readonly defaultPolicy: string;
  /** The file that the config was read from, absolute. */
  readonly file: string | null;
  /** Whether the launcher has to read the file for the helpers in it. */
  readonly hasHelpers: boolean;
};

/** What `castellan.config.ts` may export. Every field is optional. */
export type ConfigFile = Given<typeof serverTable> & {
  readonly policies?: Readonly<Record<string, Given<typeof policyTable>>>;
};

/** Returns its argument. Gives editors the type of a config. */
export function defineConfig(config: ConfigFile): ConfigFile {
  return config;
}

interface ConfigSources extends Pick<Sources, 'env' | 'flags'> {
  /** What a file exports, not validated yet. */
  readonly given?: unknown;
  /** Options of the default policy, by their names below it. */
  readonly policyFlags?: Flags;
}

/** Validates the whole config. Throws `invalid_option`. */
export function readConfig(
  { given = {}, policyFlags = {}, ...sources }: ConfigSources,
  file: string | null = null,
): Config {
  if (!isRecord(given)) throw configError('The config must be an object.');
  const { policies: written, ...rest } = given;
  const values = readTable(serverTable, { ...sources, given: rest, alsoKnown: ['policies'] });
  const { resolver, ca } = values.egress;
  const { policies, withHelpers } = readPolicies(
    written,
    { ...(resolver === null ? {} : { resolver }), ...(ca === null ? {} : { ca }) },
    policyFlags,
  );
  if (withHelpers.length > 0 && (file === null || file.endsWith('.json'))) {
    const option = `policies.${withHelpers[0]}.helpers`;
    throw configError(
      `${option} needs a config file that is a program, such as castellan.config.ts.`,
      { option },
    );
  }
  const config: Config = {
    ...values,
    policies,
    defaultPolicy: policies.keys().next().value ?? '',
    file,
    hasHelpers: withHelpers.length > 0,
  };
  checkAnonymous(config);
  checkServed(config);
  checkWebhooks(config);
  return config;
}

/** A request and the run that answers it are in one process, and a database may give the run to another. */
function checkServed({ functions: { http }, store: { url }, launchers }: Config): void {
  if (http.port === null) return;
  if (launchers === 0) {
    throw configError(
      'functions.http.port cannot be used with launchers 0: the run of a call is made by a launcher of the service that has the client.',
      { option: 'functions.http.port', value: http.port, fix: 'leave one of the two out' },
    );
  }
  if (url === null) return;
  throw configError(
    'functions.http.port cannot be used with store.url: over a database the run of a call may come to another service than the one that has the client.',
    {
      option: 'functions.http.port',
      value: http.port,
      fix: 'leave one of the two out; functions are called by POST /v1/functions/{name}/invoke in any case',
    },
  );
}

/** Messages are sent by scripts in boxes of that policy. */
function checkWebhooks({ webhooks, policies }: Config): void {
  const option = 'webhooks.policy';
  const { policy: value } = webhooks;
  if (value === null) return;
  const policy = policies.get(value);
  if (policy === undefined) {
    const allowed = [...policies.keys()];
    const detail = `${option} must be one of ${allowed.join(', ')}, not ${shown(value)}.`;
    throw configError(detail, { option, value, allowed });
  }
  if (policy.engine !== 'isolate') {
    throw configError(
      `${option} is ${shown(value)}, whose engine is ${policy.engine}: messages are sent by isolates.`,
      { option, value, fix: 'name a policy with engine isolate' },
    );
  }
  if (policy.network !== null) return;
  throw configError(`${option} is ${shown(value)}, which has no network.`, {
    option,
    value,
    fix: `set policies.${value}.network.allow to the hosts that may be told, such as ["*"]`,
  });
}

/** Anonymous callers share one tenant, so their runs must not share processes. */
function checkAnonymous({ keys: { anonymousPolicy }, policies }: Config): void {
  if (anonymousPolicy === null) return;
  const policy = policies.get(anonymousPolicy);
  if (policy === undefined) {
    const allowed = [...policies.keys()];
    throw configError(
      `keys.anonymousPolicy must be one of ${allowed.join(', ')}, not ${shown(anonymousPolicy)}.`,
      { option: 'keys.anonymousPolicy', value: anonymousPolicy, allowed },
    );
  }
  if (policy.reuse === 'never') return;
  throw configError(
    `policies.${anonymousPolicy}.reuse must be never, not "${policy.reuse}": callers without a key use this policy.`,
    {
      option: `policies.${anonymousPolicy}.reuse`,
      value: policy.reuse,
      allowed: ['never'],
    },
  );
}
