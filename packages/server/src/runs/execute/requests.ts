import type { DatabaseSync } from 'node:sqlite';
import type { RunSpec } from '../contract/launch.ts';

/** Returns a function that reads the spec of a run. */
export function requests(database: DatabaseSync): (id: string) => RunSpec {
  const find = database.prepare('SELECT body FROM requests WHERE run = ?');
  return (id) => {
    const found = find.get(id) as { body: string } | undefined;
    if (found === undefined) throw new Error(`The request of ${id} is gone`);
    return JSON.parse(found.body) as RunSpec;
  };
}
