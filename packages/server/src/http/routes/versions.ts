import { shown } from '@castellan/protocol/kinds';
import { canary, functionForm, type FunctionRecord, type Pointer } from '../../functions/record.ts';
import { tenantOf } from '../admission/admit.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import {
  functionSchema,
  ofTenant,
  pointerSchema,
  rollbackSchema,
  versionsSchema,
  wholeVersionSchema,
} from '../schemas/functions.ts';
import { aliasParams, functionParams, versionParams } from '../schemas/params.ts';
import type { Caller } from '../../keys/keys.ts';
import type { App } from './app.ts';
import type { RouteOptions } from './options.ts';

const tags = ['functions'];

/** Versions of functions, and which of them calls run. */
export function addVersions(app: App, { functions, log }: RouteOptions): void {
  const find = async (name: string, asked: string | undefined, caller: Caller) => {
    const record = await functions.find(tenantOf(asked, caller), name);
    if (record !== undefined) return record;
    throw new ProblemError('not_found', `There is no function ${shown(name)}.`);
  };
  const told = (record: FunctionRecord, caller: Caller, what: string): FunctionRecord => {
    const { tenant, name, id, aliases } = record;
    log.info({ caller: caller.id, tenant, function: name, functionId: id, aliases }, what);
    return record;
  };

  app.get(
    '/v1/functions/:name/versions',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'listFunctionVersions',
        summary: 'The versions of a function that are kept, newest first.',
        description:
          'The newest `functions.versions` are kept, and all that an alias names. None shows its source here.',
        tags,
        params: functionParams,
        querystring: ofTenant,
        response: {
          200: answer('The versions.', versionsSchema),
          ...problemsOf(401, 403, 404, 422, 429),
        },
      },
    },
    async ({ caller, params: { name }, query }) => {
      const { id } = await find(name, query.tenant, caller);
      return { items: await functions.versions(id) };
    },
  );

  app.get(
    '/v1/functions/:name/versions/:version',
    {
      config: { access: 'functions:write' },
      schema: {
        operationId: 'getFunctionVersion',
        summary: 'A version with its source.',
        description: 'All that was deployed, `env` among it.',
        tags,
        params: versionParams,
        querystring: ofTenant,
        response: {
          200: answer('The version.', wholeVersionSchema),
          ...problemsOf(401, 403, 404, 422, 429),
        },
      },
    },
    async ({ caller, params: { name, version }, query }) => {
      const { id } = await find(name, query.tenant, caller);
      const number = /^[1-9]\d{0,8}$/.test(version) ? Number(version) : 0;
      const record = await functions.version(id, number);
      const definition = record && (await functions.definition(id, number));
      if (definition !== undefined) {
        return { ...record, definition: JSON.parse(definition) as unknown };
      }
      throw new ProblemError(
        'not_found',
        `The function ${shown(name)} has no version ${shown(version)}, or keeps it no more.`,
      );
    },
  );

  app.post(
    '/v1/functions/:name/rollback',
    {
      config: { access: 'functions:write', isBodyless: true },
      schema: {
        operationId: 'rollBackFunction',
        summary: 'Has calls run an earlier version, and ends a canary.',
        description:
          'Without a version: the newest one before the live one that was live once. Repeated, it goes further back.',
        tags,
        params: functionParams,
        body: rollbackSchema,
        response: {
          200: answer('The function.', functionSchema),
          ...problemsOf(400, 401, 403, 404, 413, 415, 422, 429, 503),
        },
      },
    },
    async ({ caller, params: { name }, body }) => {
      const tenant = tenantOf(body?.tenant, caller);
      const record = await functions.rollback(tenant, name, body?.version ?? null);
      return told(record, caller, 'function rolled back');
    },
  );

  app.put(
    '/v1/functions/:name/aliases/:alias',
    {
      config: { access: 'functions:write' },
      schema: {
        operationId: 'setFunctionAlias',
        summary: 'Makes an alias name a version.',
        description:
          '`live` is what calls run. `canary`, with `percent`, gets its share of the calls that name nothing: by chance, or, for calls with the same `Castellan-Version-Key`, always on the same side. Whatever sets `live` ends it. Any other alias is run by calls that name it.',
        tags,
        params: aliasParams,
        body: pointerSchema,
        response: {
          200: answer('The function.', functionSchema),
          ...problemsOf(400, 401, 403, 404, 413, 415, 422, 429, 503),
        },
      },
    },
    async ({ caller, params: { name, alias }, body }) => {
      const tenant = tenantOf(body.tenant, caller);
      const record = await functions.point(tenant, name, alias, pointerOf(alias, body));
      return told(record, caller, 'alias set');
    },
  );

  app.delete(
    '/v1/functions/:name/aliases/:alias',
    {
      config: { access: 'functions:write' },
      schema: {
        operationId: 'deleteFunctionAlias',
        summary: 'Removes an alias.',
        description: 'Its version stays. Without `live` a call has to name what it runs.',
        tags,
        params: aliasParams,
        querystring: ofTenant,
        response: {
          200: answer('The function.', functionSchema),
          ...problemsOf(400, 401, 403, 404, 422, 429, 503),
        },
      },
    },
    async ({ caller, params: { name, alias }, query }) => {
      const record = await functions.unpoint(tenantOf(query.tenant, caller), name, alias);
      if (record !== undefined) return told(record, caller, 'alias removed');
      throw new ProblemError(
        'not_found',
        `The function ${shown(name)} has no alias ${shown(alias)}.`,
      );
    },
  );
}

/** Throws for an alias with a share that has none, and the other way round. */
function pointerOf(
  alias: string,
  body: { version: number; percent?: number | undefined },
): Pointer {
  const { version, percent = null } = body;
  const refuse = (pointer: string, detail: string): never => {
    throw new ProblemError('invalid_request', detail, { errors: [{ pointer, detail }] });
  };
  if (!functionForm.test(alias)) {
    refuse(
      'alias',
      `An alias may be named with up to 64 of A-Z a-z 0-9 . _ - and not ${shown(alias)}.`,
    );
  }
  if (alias === canary && percent === null) {
    refuse('/percent', 'The alias "canary" needs percent, from 0 to 100.');
  }
  if (alias !== canary && percent !== null) {
    refuse('/percent', `Only the alias "canary" has a share of calls, and not ${shown(alias)}.`);
  }
  return { version, percent };
}
