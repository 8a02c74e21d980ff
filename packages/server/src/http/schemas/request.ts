import { type AskedInput, runInputTable } from '@castellan/protocol/run-input';
import { engines, namesOf } from '@castellan/protocol';
import {
  listOf,
  mostSecrets,
  oneOf,
  secretName,
  someLimits,
  sourceFiles,
} from '@castellan/protocol/kinds';
import { z } from 'zod';
import { examples } from './examples.ts';
import { tenantForm } from '../../keys/record.ts';
import { zodOf } from './kind.ts';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'Up to 64 of A-Z a-z 0-9 . _ -');

export const tenantSchema = z
  .string()
  .regex(tenantForm, 'Up to 64 of A-Z a-z 0-9 . _ -')
  .describe(
    'The tenant that the run belongs to. Only keys that may name tenants accept another than their own.',
  );

export const policySchema = name.describe('The name of a policy.');

/** A text of at most `most` characters. */
const upTo = (most: number): z.ZodString => z.string().max(most);

type InputFields = {
  readonly [Name in keyof AskedInput]-?: z.ZodOptional<z.ZodType<AskedInput[Name]>>;
};

/** A field for each row of the table of run options. */
const input = Object.fromEntries(
  Object.entries(runInputTable).map(([field, { asked, sentence }]) => [
    field,
    zodOf<unknown>(asked).optional().describe(sentence),
  ]),
) as unknown as InputFields;

/** What a script is, and what it may use: shared by submitting and checking. */
const script = {
  code: z
    .string()
    .min(1)
    .optional()
    .describe('One script, JavaScript or TypeScript, with JSX or without.'),
  files: zodOf(sourceFiles)
    .refine((files) => Object.keys(files).length <= 1_000, 'At most 1000 files')
    .optional()
    .describe(
      'Files by path, relative, with `/` between segments: text, or any bytes as `{ base64 }`. What is no script is data that the script reads.',
    ),
  entry: upTo(512).optional().describe('The file to start. Needed with `files`.'),
  modules: input.modules,
  runtime: name.optional().describe('A named, dated set of packages. Must be that of the policy.'),
  policy: name.optional().describe('One of the policies of the key; its first by default.'),
  tenant: tenantSchema.optional(),
};

type Script = {
  readonly code?: string | undefined;
  readonly files?: object | undefined;
  readonly entry?: string | undefined;
};

export const isOneSource = ({ code, files, entry }: Script): boolean =>
  code === undefined
    ? files !== undefined && entry !== undefined
    : files === undefined && entry === undefined;

export const oneSource = 'Give either `code`, or `files` and `entry`';

const bounds = {
  engine: zodOf(oneOf(namesOf(engines)))
    .optional()
    .describe('Must be that of the policy.'),
  limits: zodOf(someLimits)
    .optional()
    .describe("Above a ceiling of the policy: refused. Left out: the policy's default."),
};

/** Everything that a run may be given. */
export const runFields = {
  ...script,
  ...input,
  ...bounds,
  secrets: zodOf(listOf(secretName, mostSecrets))
    .refine((names) => new Set(names).size === names.length, 'Each once')
    .optional()
    .describe('Names of stored secrets of the tenant: the script has them in `env`.'),
  webhook: z
    .strictObject({
      url: z
        .string()
        .describe('`https:` or `http:`, of a host that the service sends webhooks to.'),
    })
    .optional()
    .describe('Who is told when the run has ended: by a POST, signed as Standard Webhooks says.'),
  queue: z
    .strictObject({
      ttlMs: z.int().min(1).optional().describe('Time that it may wait before it starts.'),
      priority: z
        .int()
        .min(-100)
        .max(100)
        .optional()
        .describe('Runs with a higher priority start earlier, within the tenant.'),
    })
    .optional(),
  placement: z
    .strictObject({
      labels: zodOf(runInputTable.labels.kind)
        .optional()
        .describe('Names must be offered by the policy.'),
    })
    .optional()
    .describe('Where it may run: on workers with these labels.'),
  retry: z
    .strictObject({
      maxAttempts: z.int().min(1).max(10).optional(),
    })
    .optional()
    .describe(
      'How often it may be attempted if the service fails. A script that fails is not started again.',
    ),
};

export const runRequestSchema = z
  .strictObject(runFields)
  .refine(isOneSource, oneSource)
  .meta({ id: 'RunRequest', examples: [examples.runRequest] });

export const checkRequestSchema = z
  .strictObject(script)
  .refine(isOneSource, oneSource)
  .meta({ id: 'CheckRequest', examples: [examples.checkRequest] });

const { tenant: _tenant, ...sharedScript } = script;
const { env: _env, labels: _labels, ...sharedInput } = input;

/** What others may open: of a run's request neither `env`, which holds secrets, nor what is the run's alone. */
export const shareRequestSchema = z
  .strictObject({ ...sharedScript, ...sharedInput, ...bounds })
  .refine(isOneSource, oneSource)
  .meta({ id: 'ShareRequest', examples: [examples.shareRequest] });

/** The body of a call that takes none: left out, or an object without fields. */
export const noFields = z.strictObject({}).nullish();

export type RunBody = z.output<typeof runRequestSchema>;
export type ShareBody = z.output<typeof shareRequestSchema>;
export type CheckBody = z.output<typeof checkRequestSchema>;
