import {
  engines,
  isolationChoices,
  type LimitName,
  limitTable,
  namesOf,
} from '@castellan/protocol';
import { z } from 'zod';
import { tenantForm } from '../../keys/store.ts';
import { browserSchema } from './browser.ts';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'Up to 64 of A-Z a-z 0-9 . _ -');

export const tenantSchema = z
  .string()
  .regex(tenantForm, 'Up to 64 of A-Z a-z 0-9 . _ -')
  .describe('Whose run it is. Only keys that may name tenants take another than their own.');

const limitShape = Object.fromEntries(
  Object.entries(limitTable).map(([limit, { min, unit, sentence }]) => [
    limit,
    z.int().min(min).optional().describe(`${sentence} In ${unit}.`),
  ]),
) as Record<LimitName, z.ZodOptional<z.ZodInt>>;

/** A text of at most `most` characters. */
const upTo = (most: number): z.ZodString => z.string().max(most);

/** At most `most` entries; the parser of bodies has refused keys that name prototypes. */
const fewOf = <Value extends z.ZodType>(key: z.ZodString, value: Value, most: number) =>
  z
    .record(key, value)
    .refine((entries) => Object.keys(entries).length <= most, `At most ${most} entries`);

/** What a script is, and what it may use: shared by submitting and checking. */
const script = {
  code: z.string().min(1).optional().describe('One script, JavaScript or TypeScript.'),
  files: z
    .record(upTo(512), z.string())
    .refine((files) => Object.keys(files).length <= 1_000, 'At most 1000 files')
    .optional()
    .describe('Sources by path, relative, with `/` between segments.'),
  entry: upTo(512).optional().describe('The file to start. Needed with `files`.'),
  modules: z
    .array(upTo(256))
    .max(500)
    .optional()
    .describe(
      'Narrows the modules of the policy: packages and built-ins by name; `*` is every package that it allows.',
    ),
  runtime: name.optional().describe('A named, dated set of packages. Must be that of the policy.'),
  policy: name.optional().describe('One of the policies of the key; its first by default.'),
  tenant: tenantSchema.optional(),
};

type Script = {
  readonly code?: string | undefined;
  readonly files?: object | undefined;
  readonly entry?: string | undefined;
};

const isOneSource = ({ code, files, entry }: Script): boolean =>
  code === undefined
    ? files !== undefined && entry !== undefined
    : files === undefined && entry === undefined;

const oneSource = 'Give either `code`, or `files` and `entry`';

export const runRequestSchema = z
  .strictObject({
    ...script,
    params: z.unknown().optional().describe('Any JSON; the script has it as `params`.'),
    env: fewOf(upTo(128).regex(/^[A-Za-z_]\w*$/, 'Letters, digits and _'), upTo(32_768), 100)
      .optional()
      .describe('Texts that the script has as `env`.'),
    engine: z.enum(namesOf(engines)).optional().describe('Must be that of the policy.'),
    isolation: z.enum(namesOf(isolationChoices)).optional(),
    browser: browserSchema.optional(),
    network: z
      .strictObject({ allow: z.array(upTo(260)).max(500) })
      .optional()
      .describe('Narrows the hosts of the policy: `host`, `host:port`, `*.suffix` or `*`.'),
    limits: z
      .strictObject(limitShape)
      .optional()
      .describe("Above a ceiling of the policy: refused. Left out: the policy's default."),
    labels: fewOf(upTo(64).regex(/^[\w.\-/]+$/, 'Letters, digits and _ . - /'), upTo(256), 32)
      .optional()
      .describe('Names and texts to find the run by.'),
    queue: z
      .strictObject({
        ttlMs: z.int().min(1).optional().describe('Time that it may wait before it starts.'),
        priority: z
          .int()
          .min(-100)
          .max(100)
          .optional()
          .describe('Higher is earlier, in the tenant.'),
      })
      .optional(),
    retry: z
      .strictObject({
        maxAttempts: z.int().min(1).max(10).optional(),
      })
      .optional()
      .describe('Attempts after faults of ours. A script that fails is not started again.'),
  })
  .refine(isOneSource, oneSource)
  .meta({ id: 'RunRequest' });

export const checkRequestSchema = z
  .strictObject(script)
  .refine(isOneSource, oneSource)
  .meta({ id: 'CheckRequest' });

export type RunBody = z.output<typeof runRequestSchema>;
export type CheckBody = z.output<typeof checkRequestSchema>;
