import { drivers, namesOf } from '@castellan/protocol';
import { z } from 'zod';

/** Names one process of a worker: it makes it up when it starts. */
const nonce = z.string().regex(/^[0-9a-f]{32}$/, '32 of 0-9 a-f');
const runId = z.string().regex(/^run_[0-9a-f]{32}$/, 'The id of a run');
const wholeText = z.string().regex(/^\d{1,15}$/, 'A number');

/** The most that one worker may have at a time. */
const mostRuns = 4_096;

export const leaseSchema = z
  .strictObject({
    worker: nonce.describe('Made up by the process of the worker when it starts.'),
    version: z.string().max(64).describe('Of the worker. Must be that of the service.'),
    policies: z
      .record(z.string().max(64), z.array(z.enum(namesOf(drivers))).max(8))
      .describe('The policies of which it makes boxes, and what may build them.'),
    labels: z
      .record(z.string().max(64), z.string().max(256))
      .refine((labels) => Object.keys(labels).length <= 32, 'At most 32 labels')
      .describe('What runs may ask for in `placement.labels`.'),
    free: z.int().min(0).max(mostRuns).describe('How many runs it takes now.'),
    number: z.int().min(0).describe('Of this call; each has a larger one than those before.'),
    open: z
      .array(z.int())
      .max(256)
      .describe('Numbers of its calls that had no answer yet: runs in these are not missed.'),
    holds: z
      .array(runId)
      .max(2 * mostRuns)
      .describe('The runs that it has.'),
  })
  .meta({ id: 'Lease' });

export const leaseAnswerSchema = z
  .strictObject({
    runs: z.array(
      z.strictObject({
        lease: z.int().describe('The fencing token: whatever is said of the run has to name it.'),
        run: z.looseObject({ id: z.string() }).describe('What to run.'),
      }),
    ),
    cancelled: z
      .array(z.string())
      .describe('Runs to kill; their ends are told as those of others.'),
    digest: z.string().describe('Of the policies: another one says that they have changed.'),
  })
  .meta({ id: 'LeaseAnswer' });

export const workPoliciesSchema = z
  .strictObject({
    version: z.string(),
    leaseMs: z.int().describe('How long a worker may be silent before its runs are taken from it.'),
    policies: z.array(z.looseObject({ name: z.string() })),
    digest: z.string(),
  })
  .meta({ id: 'WorkPolicies' });

export const toldSchema = z
  .strictObject({
    nextSeq: z.int().describe('All events before it are stored.'),
    isOver: z.boolean().describe('The attempt is over: nothing more is to be said of it.'),
  })
  .meta({ id: 'Told' });

export const uploadedSchema = z.strictObject({ id: z.string() }).meta({ id: 'Uploaded' });

export const workRunParams = z.strictObject({ id: z.string().max(64) });
export const artifactParams = workRunParams.extend({
  artifact: z.string().regex(/^art_[0-9a-f]{32}$/, 'The id of an artifact'),
});

const fenceHeaders = {
  'castellan-worker': nonce,
  'castellan-lease': wholeText.describe('The fencing token of the lease.'),
};
export const eventHeaders = z.looseObject({
  ...fenceHeaders,
  'castellan-sent': wholeText.describe("The worker's clock, in milliseconds since 1970."),
});
export const artifactHeaders = z.looseObject({
  ...fenceHeaders,
  'castellan-sha256': z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 in hex'),
  'content-length': wholeText,
});
export type FenceHeaders = z.output<z.ZodObject<typeof fenceHeaders>>;
