import {
  callRecords,
  engines,
  drivers,
  layers,
  limitTable,
  namesOf,
  reuses,
  reasons,
} from '@castellan/protocol';
import { z } from 'zod';
import { examples } from './examples.ts';
import { problemTable } from '../problems/table.ts';

const count = z.int().min(0);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const problemSchema = z
  .strictObject({
    type: z.string().describe('The path of a page about the code, on this service.'),
    title: z.string().describe('What the code means.'),
    status: z.int().describe('The status of the answer.'),
    detail: z.string().describe('What was wrong this time, with the value.'),
    instance: z.string().describe('The id of the request, as in the log of the service.'),
    code: z.enum(namesOf(problemTable)).describe('One of a fixed list, for programs.'),
    fix: z.string().optional().describe('How to solve it: a command or an instruction.'),
    value: scalar.optional().describe('The requested value, when no field is to blame.'),
    allowed: z.array(z.string()).optional().describe('The accepted values.'),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string(),
          detail: z.string(),
          value: scalar.optional().describe('The value found, unless it is long or no scalar.'),
          allowed: z.array(z.string()).optional().describe('The accepted values.'),
        }),
      )
      .optional()
      .describe('Fields that are wrong, by JSON Pointer; at most 20.'),
    retryAfterMs: z.number().optional().describe('When a retry may succeed.'),
    started: z
      .boolean()
      .optional()
      .describe('Whether the script of a call that has no answer had started.'),
    specifier: z.string().optional().describe('The module, for `module_denied`.'),
    file: z.string().nullable().optional().describe('The file of the script that is to blame.'),
    line: z.int().nullable().optional().describe('From 1, in that file.'),
    column: z.int().nullable().optional().describe('From 1, in that line.'),
  })
  .meta({ id: 'Problem', examples: [examples.problem] });

export const checkAnswerSchema = z
  .strictObject({
    problems: z.array(
      z.strictObject({
        code: z.enum([...namesOf(reasons), 'unknown_global']),
        message: z.string(),
        file: z.string().nullable(),
        line: z.int().nullable(),
        column: z.int().nullable(),
        specifier: z.string().optional().describe('The module, when it cannot be imported.'),
      }),
    ),
  })
  .meta({ id: 'CheckAnswer', examples: [examples.checkAnswer] });

const share = {
  id: z.string().describe('`shr_…`, which nobody can guess.'),
  createdAt: z.iso.datetime().describe('RFC 3339, UTC.'),
  expiresAt: z.iso.datetime().describe('When it is removed.'),
};

export const shareSchema = z.strictObject(share).meta({ id: 'Share', examples: [examples.share] });

export const openedShareSchema = z
  .strictObject({
    ...share,
    request: z.looseObject({}).describe('What was given to store it, a `ShareRequest`.'),
  })
  .meta({
    id: 'OpenedShare',
    examples: [{ ...examples.share, request: examples.shareRequest }],
  });

export const statusSchema = z
  .strictObject({
    version: z.string(),
    running: count,
    queued: count,
    capacity: count.describe('Runs at a time.'),
    reason: z.string().nullable().describe('Why no more runs are accepted.'),
  })
  .meta({ id: 'Status', examples: [examples.status] });

const limits = z.strictObject(
  Object.fromEntries(Object.keys(limitTable).map((name) => [name, count])),
);

export const policiesSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        name: z.string(),
        engine: z.enum(namesOf(engines)),
        isolation: z.enum(namesOf(drivers)).describe('What builds the box of a run.'),
        drivers: z
          .array(z.enum(namesOf(drivers)))
          .describe('What a request may name as `isolation`, that one first.'),
        floor: z.array(z.enum(namesOf(layers))),
        hardened: z
          .boolean()
          .describe('Whether boxes make no machine code and have every layer of that profile.'),
        reuse: z.enum(namesOf(reuses)),
        runtime: z.string().nullable(),
        modules: z
          .array(z.string())
          .describe('Modules that may be imported, each with all its subpaths.'),
        browser: z.boolean(),
        record: z
          .object({ video: z.boolean(), trace: z.boolean() })
          .describe('What a request may ask to be recorded.'),
        helpers: z
          .array(z.string())
          .describe("The operator's functions that scripts may call, such as `mail.send`."),
        childProcesses: z.boolean(),
        kv: z.boolean().describe('Whether scripts have `kv`.'),
        network: z.strictObject({ allow: z.array(z.string()) }).nullable(),
        limits,
        ceilings: limits,
        withBrowser: z
          .strictObject({ limits, ceilings: limits })
          .nullable()
          .describe('The same for runs that have a browser.'),
        maxAttempts: count,
        maxTtlMs: count,
        queue: z.strictObject({ running: count, queued: count }),
        calls: z
          .strictObject({ record: z.enum(namesOf(callRecords)), waitMs: count })
          .describe('What is written down of calls of functions, and how long others may wait.'),
        rate: z.strictObject({
          perMinute: count,
          perAddressPerMinute: count,
          inFlight: count,
        }),
      }),
    ),
  })
  .meta({ id: 'Policies' });

export const runtimesSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        name: z.string(),
        packages: z.array(
          z.strictObject({
            name: z.string(),
            version: z.string(),
            license: z.string(),
            types: z.boolean().describe('Whether an editor can have its types.'),
          }),
        ),
      }),
    ),
    builtins: z
      .partialRecord(z.enum(namesOf(engines)), z.array(z.string()))
      .describe(
        'By engine: the built-ins of Node that it has. What a policy allows is in its `modules`.',
      ),
  })
  .meta({ id: 'Runtimes' });

export const typesSchema = z
  .strictObject({
    entries: z
      .record(z.string(), z.string())
      .describe('By what a script imports: the file with its declarations.'),
    files: z.record(z.string(), z.string()).describe('Declarations by path.'),
  })
  .meta({ id: 'PackageTypes' });

export const runTokenSchema = z
  .strictObject({
    token: z.string().describe('For `?token=`. Whoever has it reads the run.'),
    expiresAt: z.iso.datetime().describe('RFC 3339, UTC.'),
  })
  .meta({ id: 'RunToken', examples: [examples.runToken] });

export const healthSchema = z
  .strictObject({ status: z.enum(['ok', 'not_ready']), reason: z.string().nullable() })
  .meta({ id: 'Health', examples: [examples.health] });

/** A JSON response with its description. */
export function answer(description: string, schema: z.ZodType) {
  return { description, content: { 'application/json': { schema } } };
}

const problemContent = {
  description: 'A problem (RFC 9457).',
  content: { 'application/problem+json': { schema: problemSchema } },
};

/** The problems that an operation may answer with, by status. */
export function problemsOf<Status extends number>(...statuses: Status[]) {
  return Object.fromEntries(statuses.map((status) => [status, problemContent])) as Record<
    Status,
    typeof problemContent
  >;
}
