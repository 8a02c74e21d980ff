import {
  envSecretValue,
  hidden,
  listOf,
  secretHeaders,
  secretName,
  textUpTo,
} from '@castellan/protocol/kinds';
import { z } from 'zod';
import { functionForm } from '../../functions/record.ts';
import { examples } from './examples.ts';
import { zodOf } from './kind.ts';
import { tenantSchema } from './request.ts';

const time = z.iso.datetime().describe('RFC 3339, UTC.');
const functionName = z.string().regex(functionForm, 'Up to 64 of A-Z a-z 0-9 . _ -');

export const secretParams = z.strictObject({
  name: z
    .string()
    .regex(new RegExp(secretName.schema['pattern'] as string), secretName.says)
    .describe('What `env` of a script has it under.'),
});

export const newSecretSchema = z
  .strictObject({
    value: zodOf(hidden(envSecretValue)).describe(
      'At least 8 characters. It is sealed, and no answer has it.',
    ),
    hosts: zodOf(listOf(textUpTo(260), 50))
      .optional()
      .describe('Where it is sent, as `host`, `host:port` or `*.suffix`. Not with `env`.'),
    headers: zodOf(listOf(textUpTo(256), 20))
      .optional()
      .describe(`Headers that it may be in besides ${secretHeaders.join(', ')}.`),
    env: z
      .boolean()
      .optional()
      .describe(
        '`true`: scripts have the value itself, as `env[name]`. Needs `functions`, and a policy with `secrets.env`.',
      ),
    functions: z
      .array(functionName)
      .min(1)
      .max(50)
      .optional()
      .describe('Functions whose calls may have it; left out: every run of the tenant.'),
    tenant: tenantSchema.optional(),
  })
  .meta({ id: 'NewSecret', examples: [examples.newSecret] });

export type NewSecretBody = z.output<typeof newSecretSchema>;

const secretFields = {
  tenant: z.string(),
  name: z.string(),
  hosts: z.array(z.string()),
  headers: z.array(z.string()),
  functions: z.array(z.string()).nullable().describe('Null: every run of the tenant.'),
  inEnv: z.boolean().describe('Whether scripts have the value itself.'),
  keyId: z.string().describe('Of the key that it is sealed with.'),
  updatedAt: time,
  updatedBy: z.string().describe('The id of the API key.'),
};

export const secretSchema = z
  .strictObject(secretFields)
  .meta({ id: 'Secret', examples: [examples.secret] });

export const secretsSchema = z
  .strictObject({ items: z.array(secretSchema).describe('By name.') })
  .meta({ id: 'Secrets', examples: [{ items: [examples.secret] }] });

export const rotatedSchema = z
  .strictObject({
    rotated: z.int().describe('Sealed anew by this call.'),
    left: z.int().describe('Still sealed with an older key: call again.'),
    unreadable: z
      .array(z.string())
      .describe('Those of them that no key opens, as `tenant/name`; at most 20. Set them again.'),
  })
  .meta({ id: 'Rotated', examples: [examples.rotated] });
