import { z } from 'zod';

/** Any text: a malformed id of a run is treated as an unknown one. */
export const runParams = z.strictObject({ id: z.string().max(64) });

export const idempotencyKey = z.string().optional().describe('1 to 255 visible ASCII characters.');

/** Of a request that starts a run. */
export const submitHeaders = z.looseObject({
  prefer: z.string().optional().describe('`wait=N`: seconds that the answer may wait.'),
  'idempotency-key': idempotencyKey,
});

/** Read by the gate, before the query is. */
export const runTokenField = z
  .string()
  .optional()
  .describe('A token of the run, in place of a key.');

export const cursorSchema = z
  .string()
  .regex(/^run_[\da-f]{32}$/, 'Not a cursor that this service gave');

export const functionCursor = z
  .string()
  .regex(/^fn_[\da-f]{32}$/, 'Not a cursor that this service gave');

export const scheduleCursor = z
  .string()
  .regex(/^sch_[\da-f]{32}$/, 'Not a cursor that this service gave');

/** A switch in a query. */
export const flagInQuery = z
  .enum(['true', 'false'])
  .transform((word) => word === 'true')
  .optional();

const digits = z.string().regex(/^\d{1,15}$/, 'A number');

export const keyParams = z.strictObject({ id: z.string().max(64) });

export const shareParams = z.strictObject({ id: z.string().max(64) });

/** A whole number in a query. */
export function numberIn(min: number, max: number) {
  return digits
    .transform(Number)
    .refine((value) => value >= min && value <= max, `From ${min} to ${max}`)
    .optional();
}

/** Any text: a malformed name is treated as an unknown one. */
export const functionParams = z.strictObject({ name: z.string().max(1_024) });
export const versionParams = functionParams.extend({ version: z.string().max(1_024) });
export const aliasParams = functionParams.extend({ alias: z.string().max(1_024) });
