import { callRecords, namesOf } from '@castellan/protocol';
import { z } from 'zod';
import { functionForm } from '../../functions/record.ts';
import { checkAnswerSchema } from './answers.ts';
import { examples } from './examples.ts';
import { isOneSource, oneSource, policySchema, runFields, tenantSchema } from './request.ts';

const time = z.iso.datetime().describe('RFC 3339, UTC.');
const number = z.int().min(1);

/** Names of functions and of aliases. */
const nameSchema = z.string().regex(functionForm, 'Up to 64 of A-Z a-z 0-9 . _ -');

/** Bytes of a JSON Schema. */
const mostSchemaBytes = 65_536;

const jsonSchema = z
  .union([z.record(z.string(), z.unknown()), z.boolean()])
  .refine(
    (schema) => Buffer.byteLength(JSON.stringify(schema)) <= mostSchemaBytes,
    `At most ${mostSchemaBytes} bytes`,
  )
  .describe(
    'A JSON Schema (2020-12, 2019-09 or draft-07, as `$schema` says) that the parameters of a call have to fit.',
  );

const { params: _params, ...definitionFields } = runFields;

const recordField = z
  .enum(namesOf(callRecords))
  .optional()
  .describe(
    'What is written down: `all`, `failures` or `none`; never less than the policy and the version say. Left out: what they say.',
  );

export const definitionSchema = z
  .strictObject({
    ...definitionFields,
    description: z.string().max(2_000).optional().describe('For people.'),
    schema: jsonSchema.optional(),
    calls: z
      .strictObject({ record: recordField })
      .optional()
      .describe('How calls of this version are made.'),
    public: z
      .boolean()
      .optional()
      .describe(
        'Whether anybody may call it over HTTP, without a key: under the rates of `keys.anonymousPolicy`, which has to be set. Default `false`.',
      ),
    live: z
      .boolean()
      .optional()
      .describe(
        'Whether calls run this version from now on; `false` only stores it. Default `true`.',
      ),
  })
  .refine(isOneSource, oneSource)
  .meta({ id: 'FunctionDefinition', examples: [examples.definition] });

export type DefinitionBody = z.output<typeof definitionSchema>;

const { stdin, labels, queue, retry, params } = runFields;

export const invokeSchema = z
  .strictObject({
    params,
    record: recordField,
    version: number.optional().describe('This version, whatever is live.'),
    alias: nameSchema.optional().describe('The version that this alias names. Not with `version`.'),
    tenant: tenantSchema.optional(),
    stdin,
    labels,
    queue,
    retry,
  })
  .refine(({ version, alias }) => version === undefined || alias === undefined, {
    error: 'Give either `version` or `alias`',
    path: ['alias'],
  })
  .nullish()
  .meta({ id: 'Invocation', examples: [examples.invocation] });

export type InvokeBody = NonNullable<z.output<typeof invokeSchema>>;

export const rollbackSchema = z
  .strictObject({
    version: number
      .optional()
      .describe('Left out: the newest version before the live one that was live.'),
    tenant: tenantSchema.optional(),
  })
  .nullish();

export const pointerSchema = z.strictObject({
  version: number,
  percent: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe('Of the alias `canary`, which needs it: its share of the calls that name nothing.'),
  tenant: tenantSchema.optional(),
});

export const ofTenant = z.strictObject({ tenant: tenantSchema.optional() });

export const functionSchema = z
  .strictObject({
    id: z.string(),
    tenant: z.string(),
    name: z.string(),
    newest: z.int().describe('The highest number of a version.'),
    aliases: z
      .record(
        z.string(),
        z.strictObject({
          version: number,
          percent: z.int().nullable().describe('The share of a canary; null for all others.'),
        }),
      )
      .describe('`live` is what calls run; `canary` is what a share of them runs.'),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Function', examples: [examples.function] });

export const functionPageSchema = z
  .strictObject({
    items: z.array(functionSchema).describe('Newest first.'),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'FunctionPage', examples: [examples.functionPage] });

const versionFields = {
  version: number,
  hash: z.string().describe('SHA-256 of the definition, hexadecimal.'),
  sizeBytes: z.int(),
  description: z.string(),
  policy: policySchema,
  createdAt: time,
  createdBy: z.string().describe('The id of the key.'),
  liveAt: time.nullable().describe('When it last became what calls run; null: never.'),
};

const versionSchema = z
  .strictObject(versionFields)
  .meta({ id: 'FunctionVersion', examples: [examples.version] });

export const versionsSchema = z
  .strictObject({ items: z.array(versionSchema).describe('Newest first.') })
  .meta({ id: 'FunctionVersions', examples: [examples.versions] });

export const wholeVersionSchema = z
  .strictObject({
    ...versionFields,
    definition: z
      .record(z.string(), z.unknown())
      .describe('What was deployed: a FunctionDefinition without `live` and `tenant`.'),
  })
  .meta({ id: 'WholeFunctionVersion', examples: [examples.wholeVersion] });

export const deployedSchema = z
  .strictObject({
    function: functionSchema,
    version: versionSchema,
    problems: checkAnswerSchema.shape.problems.describe(
      'What a check found that may be meant so, such as an unknown global.',
    ),
  })
  .meta({ id: 'DeployedFunction', examples: [examples.deployed] });
