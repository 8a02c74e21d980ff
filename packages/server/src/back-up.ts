import { CastellanError } from '@castellan/protocol';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { copyData } from './backup/backup.ts';
import { type Manifest, runsFile } from './backup/manifest.ts';
import type { Config } from './config/config.ts';
import { dataFolder } from './folder.ts';
import { version } from './version.ts';

/** Copies what the service of a config keeps into a new folder; see `copyData`. Throws `invalid_option`. */
export async function backUp(config: Config, to: string): Promise<Manifest> {
  if (config.store.url !== null) {
    throw new CastellanError(
      'invalid_option',
      'The records are in PostgreSQL, whose own tools make their backups.',
      {
        fix: 'pg_dump --format=custom --schema=castellan --schema=castellan_keys; docs/operations/postgresql.md has the rest',
        option: 'store.url',
      },
    );
  }
  const from = resolve(config.data);
  if (!existsSync(join(from, runsFile))) {
    throw new CastellanError('invalid_option', `The folder ${from} holds no records.`, {
      fix: 'name the data folder of the service with --data',
      option: 'data',
      value: from,
    });
  }
  const artifacts = config.artifacts.bucket === null ? 'in the folder' : 'in a bucket';
  return copyData(dataFolder(from), to, { version, artifacts });
}
