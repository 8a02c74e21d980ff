import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** What a backup says of itself, in `backup.json`. */
export interface Manifest {
  /** Of the form of backups. */
  readonly version: 1;
  /** That made it. */
  readonly castellan: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** The SHA-256 of each database. */
  readonly databases: Readonly<Record<string, string>>;
  readonly runs: number;
  readonly keys: number;
  /** Copied files; null where a bucket has them. */
  readonly artifacts: number | null;
}

export const manifestFile = 'backup.json';
/** The file of runs, without which there is nothing to copy. */
export const runsFile = 'castellan.sqlite';

export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
