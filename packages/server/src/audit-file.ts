import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Appends entries to `audit.jsonl` of the data folder, each a line of JSON with its time, and on the disk when
 * this returns. The file is opened anew for each, so that it may be moved away.
 */
export function auditFile(folder: string): (entry: object) => void {
  const file = join(folder, 'audit.jsonl');
  return (entry) => {
    const line = JSON.stringify({ time: new Date().toISOString(), ...entry });
    appendFileSync(file, `${line}\n`, { mode: 0o600, flush: true });
  };
}
