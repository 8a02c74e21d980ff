import { z } from 'zod';
import { webhookExamples } from './webhook-examples.ts';

const time = z.iso.datetime().describe('RFC 3339, UTC.');

export const deliverySchema = z
  .strictObject({
    id: z.string().describe('What its messages have as `webhook-id`, each time.'),
    tenant: z.string(),
    runId: z.string(),
    url: z.string(),
    state: z
      .enum(['waiting', 'delivered', 'failed'])
      .describe('`waiting`: for the end of the run, or for the next attempt; `failed`: given up.'),
    nextAt: time.nullable().describe('Null: there is none to come, or the run has not ended.'),
    createdAt: time,
    attempts: z
      .array(
        z.strictObject({
          at: time,
          status: z.int().nullable().describe('Of the answer; null: there was none.'),
          durationMs: z.number(),
          detail: z.string().nullable().describe('Why it did not deliver; null: it did.'),
        }),
      )
      .describe('The newest 20, the oldest first.'),
  })
  .meta({ id: 'Delivery', examples: [webhookExamples.delivery] });

export const deliveriesSchema = z
  .strictObject({ items: z.array(deliverySchema).describe('One, or none.') })
  .meta({ id: 'Deliveries', examples: [{ items: [webhookExamples.delivery] }] });

export const signingSchema = z
  .strictObject({
    secret: z.string().describe('`whsec_` and base64, as libraries of Standard Webhooks take it.'),
    previous: z
      .strictObject({ secret: z.string(), until: time })
      .nullable()
      .describe('The one before, by which messages are signed too for a day after a rotation.'),
  })
  .meta({ id: 'WebhookSecret', examples: [webhookExamples.signing] });
