import type { OptionTable } from './option.ts';
import { help } from './table.ts';

export const secretsOptions = {
  file: {
    type: 'string',
    value: 'FILE',
    standard: 'standard input',
    sentence: 'set: where the value is. A line break at its end is left out.',
  },
  host: {
    type: 'string',
    multiple: true,
    value: 'HOST[:PORT]',
    sentence: 'set: a host that the value is sent to, also *.suffix. May be repeated.',
  },
  header: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    sentence: 'set: a header that it may be in besides the usual ones. May be repeated.',
  },
  env: {
    type: 'boolean',
    sentence:
      'set: scripts have the value itself, in env. Needs --function, and a policy with secrets.env.',
  },
  function: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    standard: 'every run of the tenant',
    sentence: 'set: a function whose calls may have it. May be repeated.',
  },
  json: { type: 'boolean', sentence: 'list: prints one JSON document.' },
  tenant: {
    type: 'string',
    value: 'NAME',
    standard: 'that of the key',
    sentence: 'Whose secret it is, for keys that may name tenants.',
  },
  help,
} as const satisfies OptionTable;

/** By verb: its operands, and the options that it takes besides --help. */
export const secretVerbs = {
  set: { operands: ['NAME'], options: ['file', 'host', 'header', 'env', 'function', 'tenant'] },
  list: { operands: [], options: ['json', 'tenant'] },
  delete: { operands: ['NAME'], options: ['tenant'] },
  rotate: { operands: [], options: [] },
} as const satisfies Readonly<
  Record<string, { readonly operands: readonly string[]; readonly options: readonly string[] }>
>;

export type SecretVerb = keyof typeof secretVerbs;
