import { drivers, namesOf } from '@castellan/protocol';
import { z } from 'zod';
import { scopes } from '../../keys/keys.ts';
import { policiesSchema, statusSchema } from './answers.ts';
import { examples } from './examples.ts';
import { policySchema, tenantSchema } from './request.ts';

const count = z.int().min(0);
const time = z.iso.datetime().describe('RFC 3339, UTC.');
const counts = z.record(z.string(), count);
const scopeList = z.array(z.enum(scopes));

export const overviewSchema = z
  .strictObject({
    ...statusSchema.shape,
    startedAt: time,
    you: z
      .strictObject({
        id: z.string().describe('`key_…`, or `loopback` while there is no key.'),
        tenant: z.string(),
        mayNameTenant: z.boolean(),
        policies: z.array(z.string()),
        scopes: scopeList,
      })
      .describe('Who asks.'),
    counts: z
      .strictObject({
        submitted: count,
        replayed: count.describe('Repeats of a request.'),
        retried: count.describe('Attempts that failed through no fault of the script.'),
        refused: counts.describe('Runs that were not taken, by why.'),
        ended: counts.describe('By status, followed by `/` and the reason if there is one.'),
      })
      .describe('Since `startedAt`.'),
    problems: counts.describe('Answers that were problems, by code, since `startedAt`.'),
    launchers: z.array(
      z.strictObject({
        pid: z.int().nullable().describe('Null while it is being started again.'),
        since: time.nullable(),
        starts: count.describe('How often it was started.'),
        lastEnd: z.string().nullable().describe('Why the one before ended.'),
        pools: z.array(
          z.strictObject({
            policy: z.string(),
            ready: count.describe('Boxes kept ready, or about to be.'),
            kept: count.describe('Boxes that wait for another run of their tenant.'),
            running: count,
            waiting: count.describe('Runs that wait for a place in the launcher.'),
          }),
        ),
      }),
    ),
    workers: z
      .array(
        z.strictObject({
          id: z.string().describe('Begins with the id of its key.'),
          policies: z.array(z.string()).describe('Those of which it makes boxes.'),
          labels: z.record(z.string(), z.string()),
          running: count.describe('Its runs that are heard of here.'),
          free: count.describe('How many more it would take.'),
        }),
      )
      .describe('Launchers on other machines that ask this service; others may ask others.'),
    tenants: z.array(
      z.strictObject({
        name: z.string(),
        running: count,
        queued: count,
        runningCap: count.describe('The most that may run at a time.'),
      }),
    ),
  })
  .meta({ id: 'Overview', examples: [examples.overview] });

export const adminPoliciesSchema = z
  .strictObject({
    items: z.array(
      policiesSchema.shape.items.element.extend({
        operator: z.strictObject({
          askedIsolation: z
            .array(z.enum(['auto', ...namesOf(drivers)]))
            .describe('As in the config.'),
          warm: count.describe('Boxes that are kept ready.'),
          allowPrivate: z.array(z.string()),
          deny: z.array(z.string()),
          secrets: z
            .array(
              z.strictObject({
                name: z.string().describe('The placeholder.'),
                hosts: z.array(z.string()),
                headers: z.array(z.string()),
              }),
            )
            .describe('Where secrets go; never what they are.'),
        }),
      }),
    ),
  })
  .meta({ id: 'PoliciesInForce' });

const grant = {
  name: z.string().min(1).max(200).describe('For people: which program or person has it.'),
  tenant: tenantSchema.describe('The tenant of its runs.'),
  mayNameTenant: z.boolean().describe('Whether it reaches all tenants.'),
  policies: z.array(policySchema).min(1).max(100).describe('The first is its default.'),
  scopes: scopeList.min(1).max(scopes.length),
};

export const keyGrantSchema = z
  .strictObject({
    ...z.strictObject(grant).partial().shape,
    expiresAt: z.iso
      .datetime({ offset: true })
      .nullable()
      .optional()
      .describe('RFC 3339; null: it does not end by itself.'),
  })
  .meta({ id: 'KeyGrant', examples: [examples.keyGrant] });

export type GrantBody = z.output<typeof keyGrantSchema>;

export const newKeySchema = z
  .strictObject({ id: z.string(), key: z.string().describe('Shown this once.') })
  .meta({ id: 'NewKey', examples: [examples.newKey] });

export const keyRecordSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    tenant: z.string(),
    mayNameTenant: z.boolean(),
    policies: z.array(z.string()),
    scopes: scopeList,
    createdAt: time,
    expiresAt: time.nullable(),
    revokedAt: time.nullable(),
  })
  .meta({ id: 'Key', examples: [examples.keys.items[0]] });

export const keysSchema = z
  .strictObject({ items: z.array(keyRecordSchema) })
  .meta({ id: 'Keys', examples: [examples.keys] });
