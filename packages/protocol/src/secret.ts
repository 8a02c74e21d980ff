import type { Kind } from './kind.ts';
import { text, textLike } from './kinds.ts';
import { listOf, recordOf, shape } from './structures.ts';

/** A value that scripts never see, as options and configs write it. */
export interface SecretOption {
  readonly value: string;
  readonly hosts: readonly string[];
  readonly headers?: readonly string[];
}

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
