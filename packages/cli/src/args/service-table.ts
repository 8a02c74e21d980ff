import type { OptionTable } from './table.ts';

const help = { type: 'boolean', short: 'h', sentence: 'Prints this.' } as const;
const data = {
  type: 'string',
  value: 'DIR',
  config: 'data',
  sentence: 'The folder that holds all state. Default .castellan.',
} as const;
const config = {
  type: 'string',
  value: 'FILE',
  sentence: 'The config. Default castellan.config.ts (.mjs, .js, .json) of the current folder.',
} as const;

export const serveOptions = {
  host: {
    type: 'string',
    value: 'ADDRESS',
    config: 'host',
    sentence: 'The address to listen on. Default 127.0.0.1; any other needs a key first.',
  },
  port: {
    type: 'string',
    value: 'N',
    config: 'port',
    sentence: 'The port to listen on, 0 for a free one. Default 7400.',
  },
  data,
  config,
  help,
} as const satisfies OptionTable;

export const remoteOptions = {
  out: {
    type: 'string',
    value: 'DIR',
    sentence: 'artifacts: where they go. Made when missing; nothing in it is overwritten.',
  },
  help,
} as const satisfies OptionTable;

export const keysOptions = {
  name: {
    type: 'string',
    value: 'TEXT',
    sentence: 'create: who has the key, for people. Default unnamed.',
  },
  tenant: {
    type: 'string',
    value: 'NAME',
    sentence: 'create: whose runs they are. Default default.',
  },
  'any-tenant': {
    type: 'boolean',
    sentence: 'create: a request may name its tenant, and see those of all.',
  },
  policy: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    sentence: 'create: a policy that it may use, the first by default. May be repeated.',
  },
  scope: {
    type: 'string',
    multiple: true,
    value: 'SCOPE',
    sentence: 'create: runs:write, runs:read or admin. May be repeated. Default the first two.',
  },
  expires: { type: 'string', value: 'TIME', sentence: 'create: RFC 3339. Default never.' },
  json: { type: 'boolean', sentence: 'Prints JSON.' },
  data,
  config,
  help,
} as const satisfies OptionTable;
