import { createHash } from 'node:crypto';
import { shown } from '@castellan/protocol/kinds';
import { canary, type FunctionRecord, live } from './record.ts';
import { FunctionError } from './store.ts';

/** Which version a call asks for; at most one of the first two. */
export interface Asked {
  readonly version?: number | undefined;
  readonly alias?: string | undefined;
  /** Calls with the same text are on the same side of a canary; undefined: by chance. */
  readonly stickyKey?: string | undefined;
}

/** The version that a call runs. Throws `FunctionError`. */
export function chooseVersion(
  record: FunctionRecord,
  { version, alias, stickyKey }: Asked,
  chance: () => number = Math.random,
): number {
  if (version !== undefined) return version;
  const { aliases, name } = record;
  if (alias !== undefined) {
    const named = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
    if (named !== undefined) return named.version;
    const known = Object.keys(aliases).join(', ') || 'none';
    throw new FunctionError(
      'no_version',
      `The function ${shown(name)} has no alias ${shown(alias)}. It has: ${known}.`,
    );
  }
  const standard = aliases[live];
  if (standard === undefined) {
    throw new FunctionError(
      'no_version',
      `No version of the function ${shown(name)} is live. Make one so, or name a version.`,
    );
  }
  const tried = aliases[canary];
  if (tried === undefined) return standard.version;
  const point = stickyKey === undefined ? chance() : pointOf(record.id, stickyKey);
  return 100 * point < (tried.percent ?? 0) ? tried.version : standard.version;
}

/**
 * A number from 0 to below 1, always the same for a key: whoever is in a share stays in it when the share
 * grows. Another function has another one, so that it is not always the same callers who try what is new.
 */
function pointOf(id: string, key: string): number {
  return createHash('sha256').update(`${id} ${key}`).digest().readUInt32BE(0) / 2 ** 32;
}
