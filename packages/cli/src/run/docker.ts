import type { DockerOptions } from '@castellan/sandbox';
import { resolve } from 'node:path';
import { UsageError } from '../args/usage-error.ts';

/** Which daemon, and which of its runtimes. Throws a `UsageError` where no daemon is to build the box. */
export function dockerOf(
  values: Readonly<Partial<Record<'docker-socket' | 'docker-runtime', string | undefined>>>,
  isolation: string | undefined,
): DockerOptions {
  const { 'docker-socket': socket, 'docker-runtime': runtime } = values;
  const given = socket === undefined ? 'docker-runtime' : 'docker-socket';
  if (isolation !== 'docker' && values[given] !== undefined) {
    throw new UsageError(`--${given} goes with --isolation docker only.`);
  }
  return {
    ...(socket === undefined ? {} : { socket: resolve(socket) }),
    ...(runtime === undefined ? {} : { runtime }),
  };
}
