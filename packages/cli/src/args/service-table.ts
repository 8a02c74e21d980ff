import { boxOptions, type OptionTable } from './table.ts';

const help = { type: 'boolean', short: 'h', sentence: 'Prints this.' } as const;
const data = {
  type: 'string',
  value: 'DIR',
  config: 'data',
  standard: '.castellan',
  sentence: 'The folder that holds all state.',
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
  config,
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
    sentence: 'create: runs:write, runs:read or admin. May be repeated.',
  },
  expires: {
    type: 'string',
    value: 'TIME',
    standard: 'never',
    sentence: 'create: when it ends, in RFC 3339.',
  },
  json: { type: 'boolean', sentence: 'Prints JSON.' },
  data,
  config,
  help,
} as const satisfies OptionTable;
