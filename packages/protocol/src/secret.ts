import { type Kind, Misfit } from './kind.ts';
import { flag, text, textLike } from './kinds.ts';
import { listOf, recordOf, shape } from './structures.ts';

/** A value that scripts never see, as options and configs write it. */
export interface SecretOption {
  readonly value: string;
  readonly hosts: readonly string[];
  readonly headers?: readonly string[];
}

/** A secret of one run, which its script has in `env` under its name: the value, or what stands for it. */
export interface RunSecret {
  /** 8 or more characters; of a header, if it is bound to hosts. */
  readonly value: string;
  /** Where it may go, in place of what stands for it. */
  readonly hosts: readonly string[];
  /** Headers that it may be in besides the usual ones. */
  readonly headers?: readonly string[];
  /** The script has the value itself. */
  readonly inEnv?: boolean;
}

/** What stands for a secret of a run in its `env`, in requests before they leave, and in what was masked. */
export function placeholderOf(name: string): string {
  return `castellan-secret-${name}`;
}

/** The same values; an error never shows what was given. */
export function hidden<Value>(kind: Kind<Value>): Kind<Value> {
  return {
    ...kind,
    isSecret: true,
    read(value) {
      try {
        return kind.read(value);
      } catch (error) {
        if (!(error instanceof Misfit)) throw error;
        throw new Misfit(kind.says, undefined, { isSecret: true });
      }
    },
  };
}

/** Names of secrets of runs: they are variables of `env`. */
export const secretName = textLike(
  'up to 64 letters, digits and _, without a digit first',
  /^[A-Za-z_]\w{0,63}$/,
);

/** The most secrets of one run: what it writes is searched for each of them. */
export const mostSecrets = 16;

/**
 * Begins the `reason` of a request with a placeholder that was sent as it is. What follows names the
 * secret, the place, and what binds it to that place.
 */
export const secretNotBound = 'secret_not_bound';

/** The headers that every secret is bound to, besides those of its `headers`. */
export const secretHeaders: readonly string[] = [
  'authorization',
  'x-api-key',
  'api-key',
  'x-auth-token',
  'private-token',
];

/**
 * Shorter values would be found by chance in what servers send back. Servers trim the ends of
 * headers, so a value with blanks there would not be recognised.
 */
export const secretValue = textLike(
  '8 or more characters of a header, without blanks at the ends; issue a longer one',
  /^[\u0021-\u007e\u00a1-\u00ff][\u0020-\u007e\u00a0-\u00ff]{6,}[\u0021-\u007e\u00a1-\u00ff]$/,
);

/** Of a secret that a script has itself: shorter ones would be masked by chance. */
export const envSecretValue = textLike('8 to 32768 characters, without NUL', /^[^\0]{8,32768}$/);

const headerName = textLike('the name of a header', /^[!#$%&'*+.^_`|~\da-zA-Z-]{1,256}$/);

/** Secrets by placeholder. */
export const secretsByPlaceholder: Kind<Readonly<Record<string, SecretOption>>> = recordOf(
  'an object of { value, hosts, headers } by placeholder',
  shape<SecretOption>(
    'an object { value, hosts, headers }',
    { value: secretValue, hosts: listOf(text), headers: listOf(headerName) },
    { optional: ['headers'], isSecret: true },
  ),
);

/** Secrets of a run by name. */
export const secretsOfRun: Kind<Readonly<Record<string, RunSecret>>> = recordOf(
  'an object of { value, hosts, headers, inEnv } by name',
  shape<RunSecret>(
    'an object { value, hosts, headers, inEnv }',
    { value: envSecretValue, hosts: listOf(text), headers: listOf(headerName), inEnv: flag },
    { optional: ['headers', 'inEnv'], isSecret: true },
  ),
  secretName,
  mostSecrets,
);
