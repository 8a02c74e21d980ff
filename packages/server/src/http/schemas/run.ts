import {
  drivers,
  engines,
  layers,
  limitTable,
  logLevels,
  namesOf,
  networkCodes,
  networkOutcomes,
  reasons,
  reuses,
  runStatuses,
} from '@castellan/protocol';
import { withUnit } from '@castellan/protocol/kinds';
import { z } from 'zod';
import { examples } from './examples.ts';

const time = z.iso.datetime().describe('RFC 3339, UTC.');
const count = z.int().min(0);

const logLine = z.strictObject({
  seq: z.int().min(1),
  time,
  stream: z.enum(['stdout', 'stderr']),
  level: z.enum(namesOf(logLevels)),
  text: z.string(),
});

const runError = z
  .strictObject({
    name: z.string(),
    message: z.string(),
    stack: z.string(),
    file: z.string().nullable().describe('As the source named it.'),
    line: z.int().nullable(),
    column: z.int().nullable(),
    code: z.union([z.string(), z.number()]).optional().describe('Its `code`, if it has one.'),
    cause: z
      .unknown()
      .optional()
      .describe('Its cause: another RunError or any JSON, nested at most 5 deep.'),
    errors: z
      .array(z.unknown())
      .max(10)
      .optional()
      .describe(
        'As `cause`: the errors of an AggregateError, or `error` and `suppressed` of a SuppressedError.',
      ),
  })
  .meta({ id: 'RunError' })
  .describe("What went wrong, in the user's own source.");

const artifactSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    contentType: z.string(),
    sizeBytes: count,
    sha256: z.string(),
    url: z.string(),
    image: z
      .strictObject({ width: count.nullable(), height: count.nullable(), broken: z.boolean() })
      .optional()
      .describe('For images: size in pixels as the file says; whether its structure is whole.'),
  })
  .meta({ id: 'Artifact' });

const limits = z.strictObject(
  Object.fromEntries(
    Object.entries(limitTable).map(([name, { sentence, unit }]) => [
      name,
      count.describe(withUnit(sentence, unit)),
    ]),
  ),
);

/** The one resource. Responses are not validated against it at run time; tests do that. */
export const runSchema = z
  .strictObject({
    id: z.string(),
    status: z.enum(namesOf(runStatuses)).describe('`error`: Castellan failed, not the script.'),
    reason: z
      .enum(namesOf(reasons))
      .nullable()
      .describe('Why it ended badly; the first one that applied.'),
    exitCode: z.int().nullable(),
    attempt: count,
    value: z.unknown().describe('What the script returned.'),
    error: runError.nullable(),
    logs: z.array(logLine),
    truncated: z
      .strictObject({
        logs: z.boolean().describe('Lines are missing from `logs`.'),
        networkRequests: z.boolean().describe('Requests were refused because of that limit.'),
        networkBytes: z.boolean().describe('Requests were refused or cut off because of it.'),
      })
      .describe('What a limit that does not end the run has kept from it.'),
    artifacts: z.array(artifactSchema),
    timings: z.strictObject({
      queueMs: z.number().min(0),
      boxMs: z.number().min(0),
      compileMs: z.number().min(0),
      runMs: z.number().min(0),
      totalMs: z.number().min(0),
    }),
    usage: z.strictObject({
      cpuMs: z.number().min(0),
      memoryPeakBytes: count,
      browserCpuMs: z.number().min(0),
      outputBytes: count,
      networkRequests: count,
      networkBytes: count,
    }),
    isolation: z
      .strictObject({
        driver: z.enum(namesOf(drivers)).nullable().describe('Null before there is a box.'),
        engine: z.enum(namesOf(engines)),
        reuse: z.enum(namesOf(reuses)),
        layers: z.array(z.enum(namesOf(layers))),
      })
      .describe('The isolation in force; before there is a box, what the policy asks for.'),
    limits,
    policy: z.string(),
    runtime: z.string().nullable(),
    tenant: z.string(),
    labels: z.record(z.string(), z.string()),
    queue: z.strictObject({
      position: count,
      estimatedWaitMs: z.number().min(0).nullable().optional(),
    }),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
  })
  .meta({ id: 'Run', examples: [examples.run] });

/** A call of a function that was not written down before it began: all that there is of it. */
export const answeredCallSchema = runSchema
  .extend({
    artifacts: z
      .array(
        artifactSchema
          .omit({ url: true, image: true })
          .extend({ data: z.string().describe('The bytes, as base64.') }),
      )
      .describe('At most 1 MiB together, or the `artifactBytes` of the limits.'),
    recorded: z
      .boolean()
      .describe('Whether it was written down when it had ended, as a run without its artifacts.'),
  })
  .meta({ id: 'AnsweredCall', examples: [examples.answeredCall] });

export const runPageSchema = z
  .strictObject({
    items: z.array(runSchema).describe('Newest first, without logs and value.'),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'RunPage', examples: [examples.runPage] });

export const networkLogSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        seq: z.int().min(1),
        time,
        method: z.string(),
        url: z.string(),
        host: z.string(),
        address: z.string().nullable(),
        status: z.int().nullable(),
        durationMs: z.number().min(0),
        requestBytes: count,
        responseBytes: count,
        outcome: z.enum(namesOf(networkOutcomes)),
        code: z
          .enum(namesOf(networkCodes))
          .nullable()
          .describe('Why it was refused or failed, as a word.'),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'NetworkLog' });
