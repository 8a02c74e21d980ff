import { runStatuses, namesOf } from '@castellan/protocol';
import { boxOptions } from './box-options.ts';
import type { OptionTable } from './option.ts';
import { help, runOptions } from './table.ts';

const data = {
  type: 'string',
  value: 'DIR',
  config: 'data',
  standard: '.castellan',
  sentence: 'The folder that holds all state, or artifacts alone with --store.',
} as const;
const store = {
  type: 'string',
  value: 'URL',
  config: 'store.url',
  standard: 'a file in the data folder',
  sentence:
    'A PostgreSQL database, postgres://USER:PASSWORD@HOST:PORT/DATABASE. Other users of the machine see arguments: CASTELLAN_STORE is the better place for a password.',
} as const;
const config = {
  type: 'string',
  value: 'FILE',
  standard: 'castellan.config.ts (.mjs, .js, .json) of the current folder',
  sentence: 'The config.',
} as const;

export const serveOptions = {
  host: {
    type: 'string',
    value: 'ADDRESS',
    config: 'host',
    standard: '127.0.0.1',
    sentence: 'The address to listen on. Any that is not loopback needs a key first.',
  },
  port: {
    type: 'string',
    value: 'N',
    config: 'port',
    standard: '7400',
    sentence: 'The port to listen on, 0 for a free one.',
  },
  data,
  store,
  config,
  launchers: {
    type: 'string',
    value: 'N',
    config: 'launchers',
    standard: '1',
    sentence: 'Launchers of its own: 1, or 0 where runs go to workers alone.',
  },
  ...boxOptions,
  help,
} as const satisfies OptionTable;

export const remoteOptions = {
  out: {
    type: 'string',
    value: 'DIR',
    sentence: 'artifacts: where they go. Created if missing; nothing in it is overwritten.',
  },
  help,
} as const satisfies OptionTable;

const asked = {
  policy: {
    type: 'string',
    value: 'NAME',
    standard: 'the first of the key',
    sentence: 'The policy of the service that the run is under.',
  },
  tenant: {
    type: 'string',
    value: 'NAME',
    standard: 'that of the key',
    sentence: 'Whose run it is, for keys that may name tenants.',
  },
} as const satisfies OptionTable;

const { params, env, stdin, file, timezone, record, json, check, out } = runOptions;
const { engine, isolation, browser, runtime } = boxOptions;

export const submitOptions = {
  params,
  env,
  stdin,
  file,
  timezone,
  record: { ...record, sentence: `${record.sentence} The policy has to offer it.` },
  ...asked,
  engine: { ...engine, standard: 'that of the policy' },
  isolation: {
    ...isolation,
    standard: 'that of the policy',
    sentence: 'What builds the box, of what the policy offers.',
  },
  browser,
  runtime: { ...runtime, value: 'NAME', standard: 'that of the policy' },
  'allow-module': {
    ...boxOptions['allow-module'],
    standard: 'what the policy allows',
    sentence:
      'A module that the script may import, of those that the policy allows. May be repeated.',
  },
  'allow-host': {
    ...boxOptions['allow-host'],
    standard: 'what the policy allows',
    sentence: 'A host that the script may reach, of those that the policy allows. May be repeated.',
  },
  secret: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    sentence: 'A stored secret that the script has in env, or what stands for it. May be repeated.',
  },
  webhook: {
    type: 'string',
    value: 'URL',
    sentence: 'Who is told by the service when it has ended.',
  },
  label: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    sentence: 'A label of the run, to list it by. May be repeated.',
  },
  priority: {
    type: 'string',
    value: 'N',
    standard: '0',
    sentence: 'From -100 to 100: higher ones of the tenant start earlier.',
  },
  ttl: {
    type: 'string',
    value: 'TIME',
    standard: 'that of the policy',
    sentence: 'How long it may wait in the queue before it expires.',
  },
  attempts: {
    type: 'string',
    value: 'N',
    standard: '1',
    sentence: 'How often it may be started when the service fails. A script that fails is not.',
  },
  detach: {
    type: 'boolean',
    short: 'd',
    sentence: 'Prints the id as soon as the run is accepted, and leaves it to itself.',
  },
  out,
  json,
  check,
  help,
} as const satisfies OptionTable;

export const listOptions = {
  status: {
    type: 'string',
    value: namesOf(runStatuses).join('|'),
    sentence: 'Only runs that stand so.',
  },
  label: {
    type: 'string',
    value: 'NAME[=VALUE]',
    sentence: 'Only runs with this label.',
  },
  tenant: {
    ...asked.tenant,
    sentence: 'Only runs of this tenant, for keys that may name tenants.',
  },
  limit: { type: 'string', value: 'N', standard: '50', sentence: 'How many, from 1 to 200.' },
  cursor: { type: 'string', value: 'RUN_ID', sentence: 'Goes on where a list ended.' },
  json: { type: 'boolean', sentence: 'Prints { items, nextCursor } as one JSON document.' },
  help,
} as const satisfies OptionTable;

export const backupOptions = {
  json: { type: 'boolean', sentence: 'Prints what was copied as one JSON document.' },
  data,
  config,
  help,
} as const satisfies OptionTable;

export const migrateOptions = {
  data: { ...data, sentence: 'The folder whose files are moved, or made; it keeps the artifacts.' },
  store: {
    ...store,
    standard: 'CASTELLAN_STORE',
    sentence: `The PostgreSQL database, postgres://USER:PASSWORD@HOST:PORT/DATABASE. Other users of the machine see arguments.`,
  },
  config,
  json: { type: 'boolean', sentence: 'Prints { counts, rows, retired } as one JSON document.' },
  help,
} as const satisfies OptionTable;

export const keysOptions = {
  name: {
    type: 'string',
    value: 'TEXT',
    standard: 'unnamed',
    sentence: 'create: who has the key, for people.',
  },
  tenant: {
    type: 'string',
    value: 'NAME',
    standard: 'default',
    sentence: 'create: whose runs they are.',
  },
  'any-tenant': {
    type: 'boolean',
    sentence: 'create: a request may name its tenant, and see those of all.',
  },
  policy: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    standard: 'the default policy',
    sentence: 'create: a policy that it may use. May be repeated.',
  },
  scope: {
    type: 'string',
    multiple: true,
    value: 'SCOPE',
    standard: 'runs:write and runs:read',
    sentence:
      'create: runs:write, runs:read, functions:write, functions:invoke, secrets:write, work or admin. May be repeated.',
  },
  expires: {
    type: 'string',
    value: 'TIME',
    standard: 'never',
    sentence: 'create: when it ends, in RFC 3339.',
  },
  json: { type: 'boolean', sentence: 'Prints JSON.' },
  data,
  store,
  config,
  help,
} as const satisfies OptionTable;
