import { z } from 'zod';
import { functionForm } from '../../functions/record.ts';
import { shown } from '@castellan/protocol/kinds';
import { admitDefinition } from '../admission/deploy.ts';
import { tenantOf } from '../admission/admit.ts';
import { dropBody } from '../body/json.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import {
  definitionSchema,
  deployedSchema,
  functionPageSchema,
  functionSchema,
  ofTenant,
} from '../schemas/functions.ts';
import { functionCursor, functionParams, numberIn } from '../schemas/params.ts';
import { tenantSchema } from '../schemas/request.ts';
import { type App, listedTenant } from './app.ts';
import type { RouteOptions } from './options.ts';

const tags = ['functions'];

/** Stores, shows and removes functions. */
export function addFunctions(app: App, options: RouteOptions): void {
  const { functions, log } = options;

  app.put(
    '/v1/functions/:name',
    {
      config: { access: 'functions:write' },
      schema: {
        operationId: 'deployFunction',
        summary: 'Stores a version of a function, and has calls run it.',
        description:
          'The script is checked first, in a box: what does not parse, cannot be imported or asks for more than the policy offers is not stored. Versions are numbered and never change. The content that the newest version has makes no other one. Calls that have begun end with the version that they began with.',
        tags,
        params: functionParams,
        body: definitionSchema,
        response: {
          200: answer('The newest version has this content already.', deployedSchema),
          201: answer('A new version.', deployedSchema),
          ...problemsOf(400, 401, 403, 404, 413, 415, 422, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { caller, params } = request;
      const name = nameOf(params.name);
      const admitted = await admitDefinition(name, request.body, caller, options).finally(() =>
        dropBody(request),
      );
      const { tenant, version: wanted, problems } = admitted;
      const { record, version, isNew } = await functions.deploy(tenant, name, wanted);
      const { id, aliases } = record;
      const facts = { caller: caller.id, tenant, function: name, functionId: id };
      log.info({ ...facts, version: version.version, isNew, aliases }, 'function deployed');
      return reply.code(isNew ? 201 : 200).send({ function: record, version, problems });
    },
  );

  app.get(
    '/v1/functions',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'listFunctions',
        summary: 'Lists functions, newest first.',
        description: 'Functions of the tenant of the key, a page at a time.',
        tags,
        querystring: z.strictObject({
          tenant: tenantSchema.optional(),
          cursor: functionCursor.optional().describe('`nextCursor` of the previous page.'),
          limit: numberIn(1, 200).describe('From 1 to 200; 50 by default.'),
        }),
        response: { 200: answer('A page.', functionPageSchema), ...problemsOf(401, 403, 422, 429) },
      },
    },
    async ({ caller, query: { tenant, cursor = null, limit = 50 } }) => {
      const page = { before: cursor, limit: limit + 1 };
      const found = await functions.list(listedTenant(tenant, caller), page);
      const items = found.slice(0, limit);
      return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  );

  app.get(
    '/v1/functions/:name',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'getFunction',
        summary: 'A function, with its aliases.',
        description: 'Without its versions and their sources, which have calls of their own.',
        tags,
        params: functionParams,
        querystring: ofTenant,
        response: {
          200: answer('The function.', functionSchema),
          ...problemsOf(401, 403, 404, 422, 429),
        },
      },
    },
    async ({ caller, params: { name }, query }) => {
      const record = await functions.find(tenantOf(query.tenant, caller), name);
      if (record !== undefined) return record;
      throw new ProblemError('not_found', `There is no function ${shown(name)}.`);
    },
  );

  app.delete(
    '/v1/functions/:name',
    {
      config: { access: 'functions:write' },
      schema: {
        operationId: 'deleteFunction',
        summary: 'Removes a function with all its versions.',
        description:
          'Its runs stay, and those that have not ended go on. A function that is made again under the name has another id and counts its versions from 1.',
        tags,
        params: functionParams,
        querystring: ofTenant,
        response: {
          200: answer('The function as it was.', functionSchema),
          ...problemsOf(400, 401, 403, 404, 422, 429, 503),
        },
      },
    },
    async ({ caller, params: { name }, query }) => {
      const record = await functions.remove(tenantOf(query.tenant, caller), name);
      log.info({ caller: caller.id, tenant: record.tenant, function: name }, 'function deleted');
      return record;
    },
  );
}

function nameOf(name: string): string {
  if (functionForm.test(name)) return name;
  const detail = `A function may be named with up to 64 of A-Z a-z 0-9 . _ - and not ${shown(name)}.`;
  throw new ProblemError('invalid_request', detail, { errors: [{ pointer: 'name', detail }] });
}
