import type { OptionTable } from './option.ts';
import { help } from './table.ts';

export const webhooksOptions = {
  json: { type: 'boolean', sentence: 'Prints one JSON document.' },
  tenant: {
    type: 'string',
    value: 'NAME',
    standard: 'that of the key',
    sentence: 'secret, rotate: whose secret it is, for keys that may name tenants.',
  },
  help,
} as const satisfies OptionTable;

/** By verb: its operands, and the options that it takes besides --help. */
export const webhookVerbs = {
  show: { operands: ['RUN'], options: ['json'] },
  replay: { operands: ['RUN'], options: ['json'] },
  secret: { operands: [], options: ['json', 'tenant'] },
  rotate: { operands: [], options: ['json', 'tenant'] },
} as const satisfies Readonly<
  Record<string, { readonly operands: readonly string[]; readonly options: readonly string[] }>
>;

export type WebhookVerb = keyof typeof webhookVerbs;
