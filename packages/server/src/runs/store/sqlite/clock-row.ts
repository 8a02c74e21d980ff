import type { DatabaseSync } from 'node:sqlite';
import type { Reading } from '../../time/clock.ts';

/** The last stored reading of both clocks; undefined in a new store. */
export function lastReading(database: DatabaseSync): Reading | undefined {
  const row = database.prepare('SELECT service_ms, wall_ms FROM clock').get() as
    | { service_ms: number; wall_ms: number }
    | undefined;
  return row === undefined ? undefined : { serviceMs: row.service_ms, wallMs: row.wall_ms };
}

/** Stores a reading for the next process. Inside a write. */
export function keepReading(database: DatabaseSync): (reading: Reading) => void {
  const keep = database.prepare('INSERT OR REPLACE INTO clock VALUES (1, ?, ?)');
  return ({ serviceMs, wallMs }) => void keep.run(serviceMs, wallMs);
}
