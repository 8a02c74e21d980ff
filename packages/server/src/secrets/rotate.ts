import type { Row, Sql } from '../storage/tables/tables.ts';
import type { Ring } from './ring.ts';
import { placeOf } from './place.ts';
import { type Rotated, SecretError } from './store.ts';

/** How long one call works before it answers. */
const callMs = 5_000;

const pageRows = 100;
const mostNamed = 20;

/**
 * Seals rows of older keys anew, a page after the other, in any number of processes at once: a row that somebody
 * has changed meanwhile stays as it is then.
 */
export function rotation(sql: Sql, ring: Ring): () => Promise<Rotated> {
  const older = 'FROM secrets WHERE key_id <> $1';
  const page = `SELECT * ${older} AND (tenant, name) > ($2, $3) ORDER BY tenant, name LIMIT ${pageRows}`;

  /** Undefined where it cannot be opened. */
  const sealedAnew = (row: Row): string | undefined => {
    const text = (column: string): string => String(row[column]);
    const place = placeOf(text('tenant'), text('name'), text('bound_to'));
    try {
      return ring.seal(ring.open(text('sealed'), text('key_id'), place), place);
    } catch {
      return undefined;
    }
  };
  const replace = async (row: Row, sealed: string, newest: string): Promise<boolean> => {
    const [tenant, name, old] = [row['tenant'], row['name'], row['sealed']].map(String) as [
      string,
      string,
      string,
    ];
    const written = await sql.transaction(tenant, (query) =>
      query(
        `UPDATE secrets SET key_id = $1, sealed = $2
           WHERE tenant = $3 AND name = $4 AND sealed = $5 RETURNING name`,
        newest,
        sealed,
        tenant,
        name,
        old,
      ),
    );
    return written.length > 0;
  };

  return async () => {
    const { newest } = ring;
    if (newest === null) throw new SecretError('no_key', 'This service has no key to seal with.');
    const unreadable: string[] = [];
    let rotated = 0;
    let after: readonly [string, string] = ['', ''];
    const until = performance.now() + callMs;
    while (performance.now() < until) {
      const rows = await sql.query(page, newest, ...after);
      for (const row of rows) {
        after = [String(row['tenant']), String(row['name'])];
        const sealed = sealedAnew(row);
        if (sealed !== undefined && (await replace(row, sealed, newest))) rotated++;
        if (sealed === undefined && unreadable.length < mostNamed) unreadable.push(after.join('/'));
      }
      if (rows.length < pageRows) break;
    }
    const [left] = await sql.query(`SELECT count(*) AS found ${older}`, newest);
    return { rotated, left: Number(left?.['found']), unreadable };
  };
}
