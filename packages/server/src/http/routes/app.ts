import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyTypeProvider,
  RawServerDefault,
} from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { Caller } from '../../keys/keys.ts';
import { tenantOf } from '../admission/admit.ts';
import { ProblemError } from '../problems/problem.ts';

/** Input has the type of its schema; output is typed where it is built. */
interface SchemaTypes extends FastifyTypeProvider {
  readonly validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  readonly serializer: unknown;
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  SchemaTypes
>;

/** The tenant whose runs a caller may see; null: any tenant. */
export function reachOf(caller: Caller): string | null {
  return caller.mayNameTenant ? null : caller.tenant;
}

/** The tenant whose things a caller may list; null: any tenant. Throws a problem. */
export function listedTenant(asked: string | undefined, caller: Caller): string | null {
  if (caller.id === 'anonymous') {
    throw new ProblemError('scope_missing', 'What is here without a key is known by its id only.');
  }
  return asked === undefined ? reachOf(caller) : tenantOf(asked, caller);
}
