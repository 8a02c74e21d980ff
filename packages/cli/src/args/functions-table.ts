import { callRecords, namesOf } from '@castellan/protocol';
import type { OptionTable } from './option.ts';
import { submitOptions } from './service-table.ts';
import { help, limitOptions } from './table.ts';

const { params, stdin, label, priority, ttl, attempts, detach, out, tenant } = submitOptions;
const {
  check: _check,
  out: _out,
  detach: _detach,
  json: _json,
  params: _params,
  ...rest
} = submitOptions;
const { stdin: _stdin, help: _help, tenant: _tenant, ...ofDefinition } = rest;

/** What a function may use, for `deploy`: what `submit` takes for one run. */
export const definitionOptions = { ...ofDefinition, ...limitOptions };

const own = {
  description: { type: 'string', value: 'TEXT', sentence: 'deploy: what it is for, for people.' },
  schema: {
    type: 'string',
    value: 'JSON|@FILE',
    sentence: 'deploy: a JSON Schema that the parameters of a call have to fit.',
  },
  stored: {
    type: 'boolean',
    sentence: 'deploy: only stores the version; calls go on with the one that is live.',
  },
  public: {
    type: 'boolean',
    sentence: 'deploy: anybody may call it over HTTP, without a key.',
  },
  version: {
    type: 'string',
    value: 'N',
    sentence:
      'get: this version, with its source. invoke: runs it, whatever is live. rollback: goes back to it.',
  },
  recorded: {
    type: 'string',
    value: namesOf(callRecords).join('|'),
    sentence:
      'deploy, invoke: what is written down of calls; never less than the policy and the version say. invoke with failures or none prints the answer when the call has ended.',
  },
  alias: { type: 'string', value: 'NAME', sentence: 'invoke: the version that this alias names.' },
  'version-key': {
    type: 'string',
    value: 'TEXT',
    sentence: 'invoke: calls with the same text are on the same side of a canary.',
  },
  percent: {
    type: 'string',
    value: 'N',
    sentence: 'alias: the share of canary, from 0 to 100, of the calls that name nothing.',
  },
  limit: {
    type: 'string',
    value: 'N',
    sentence: 'list: how many functions, from 1 to 200 (50). logs: of how many runs (10).',
  },
  cursor: { type: 'string', value: 'FUNCTION_ID', sentence: 'list: goes on where a list ended.' },
  json: { type: 'boolean', sentence: 'deploy, list, invoke: prints one JSON document.' },
} as const satisfies OptionTable;

const ofInvoke = { params, stdin, label, priority, ttl, attempts, detach, out } as const;

export const functionsOptions = {
  ...own,
  ...ofInvoke,
  tenant: { ...tenant, sentence: 'Whose function it is, for keys that may name tenants.' },
  help,
} as const satisfies OptionTable;

/** By verb: its operands, and the options that it takes besides --tenant and --help. */
export const functionVerbs = {
  deploy: {
    operands: ['NAME', 'FILE|-'],
    options: [
      'description',
      'schema',
      'stored',
      'recorded',
      'public',
      'json',
      ...Object.keys(definitionOptions),
    ],
  },
  list: { operands: [], options: ['limit', 'cursor', 'json'] },
  get: { operands: ['NAME'], options: ['version'] },
  diff: { operands: ['NAME', 'FROM', 'TO'], options: [] },
  invoke: {
    operands: ['NAME'],
    options: ['version', 'alias', 'version-key', 'recorded', 'json', ...Object.keys(ofInvoke)],
  },
  logs: { operands: ['NAME'], options: ['limit'] },
  rollback: { operands: ['NAME'], options: ['version'] },
  alias: { operands: ['NAME', 'ALIAS', 'VERSION'], options: ['percent'] },
  delete: { operands: ['NAME'], options: [] },
} as const satisfies Readonly<
  Record<string, { readonly operands: readonly string[]; readonly options: readonly string[] }>
>;

export type FunctionVerb = keyof typeof functionVerbs;
