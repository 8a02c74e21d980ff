import { createHash } from 'node:crypto';
import type { CallRecord } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import { type Asked, chooseVersion } from '../../functions/choose.ts';
import { definitions } from '../../functions/definitions.ts';
import { FunctionError, type FunctionStore } from '../../functions/store.ts';
import type { DefinitionBody } from '../schemas/functions.ts';

/** A version as calls need it. */
export interface Definition {
  readonly run: Omit<DefinitionBody, 'description' | 'schema' | 'live' | 'calls' | 'public'>;
  readonly record: CallRecord | undefined;
  /** Of all that was deployed, so that what has the same is the same. */
  readonly hash: string;
  /** The JSON Schema as text. */
  readonly schema: string | null;
  /** Whether anybody may call it over HTTP. */
  readonly isPublic: boolean;
}

/** The version that a call runs. Throws `FunctionError`. */
export type Choose = (
  tenant: string,
  name: string,
  asked: Asked,
) => Promise<{ readonly number: number; readonly definition: Definition }>;

/** How often a version is looked for that is removed at the same time. */
const mostLooks = 5;

export function chooser(functions: FunctionStore): Choose {
  const read = definitions(functions, definitionOf);
  return async (tenant, name, asked) => {
    for (let look = 1; ; look++) {
      const record = await functions.find(tenant, name);
      if (record === undefined) {
        throw new FunctionError('no_function', `There is no function ${shown(name)}.`);
      }
      const number = chooseVersion(record, asked);
      const definition = await read(record.id, number);
      if (definition !== undefined) return { number, definition };
      // A deployment has removed it since the aliases were read.
      if (asked.version === undefined && look < mostLooks) continue;
      throw new FunctionError(
        'no_version',
        `The function ${shown(name)} has no version ${number}, or keeps it no more.`,
      );
    }
  };
}

function definitionOf(json: string): Definition {
  const {
    description: _,
    schema,
    calls,
    public: isPublic = false,
    ...run
  } = JSON.parse(json) as DefinitionBody;
  const hash = createHash('sha256').update(json).digest('hex');
  const schemaText = schema === undefined ? null : JSON.stringify(schema);
  return { run, record: calls?.record, hash, schema: schemaText, isPublic };
}
