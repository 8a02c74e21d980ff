import { CastellanError, type ErrorDetails } from '@castellan/protocol';
import { isRecord, Misfit, misfitError, readOption, type ValueOf } from '@castellan/protocol/kinds';
import type { Row } from './row.ts';

/** The error for a config that cannot be used. */
export function configError(detail: string, details: ErrorDetails = {}): CastellanError {
  return new CastellanError('invalid_option', detail, details);
}

type Table = Readonly<Record<string, Row<unknown>>>;
type Head<Key> = Key extends `${infer First}.${string}` ? First : Key;
type Below<Rows, First extends string> = {
  [Key in keyof Rows as Key extends `${First}.${infer Rest}` ? Rest : never]: Rows[Key];
};

type KindValue<OfRow> = OfRow extends Row<unknown> ? ValueOf<OfRow['kind']> : never;

/** The values of a table as a nested object: a dot in a name is a level. */
export type Values<Rows> = {
  readonly [Key in Head<keyof Rows> & string]: Key extends keyof Rows
    ? KindValue<Rows[Key]>
    : Values<Below<Rows, Key>>;
};

/** What a user may write for a table: any subset of its options. */
export type Given<Rows> = {
  readonly [Key in Head<keyof Rows> & string]?: Key extends keyof Rows
    ? KindValue<Rows[Key]>
    : Given<Below<Rows, Key>>;
};

/** What a command line sets: a text that is still to be parsed, or a value; and the name for messages. */
export type Flags = Readonly<Record<string, { readonly value: unknown; readonly name: string }>>;

export interface Sources {
  /** An object in the form of `Given`, from a file and not validated yet. */
  readonly given: unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By full name. They override all other sources. */
  readonly flags?: Flags;
  /** Prefix of the names in messages, such as `policies.default.`. */
  readonly where?: string;
  /** Keys beside those of the table, for the message about one that is in neither. */
  readonly alsoKnown?: readonly string[];
}

/**
 * Reads every option of a table. Precedence: flag, environment, file, default. Throws
 * `invalid_option`.
 */
export function readTable<const Rows extends Table>(rows: Rows, sources: Sources): Values<Rows> {
  const { given, env, flags = {}, where = '', alsoKnown = [] } = sources;
  const written = flatten(rows, given, { where, prefix: '', alsoKnown });
  const values: Record<string, unknown> = {};
  for (const [name, row] of Object.entries<Row<unknown>>(rows)) {
    const { kind } = row;
    const flag = flags[name];
    const variable = row.env === null ? undefined : env[row.env];
    if (flag !== undefined) {
      const { value } = flag;
      const parsed = typeof value === 'string' ? kind.parse(value) : value;
      put(values, name, readOption(kind, parsed, flag.name));
    } else if (variable !== undefined && variable !== '')
      put(values, name, readOption(kind, kind.parse(variable), row.env ?? name));
    else if (written.has(name))
      put(values, name, readOption(kind, written.get(name), `${where}${name}`));
    else put(values, name, row.default);
  }
  return values as Values<Rows>;
}

/** Returns the values of `given` by full name. Throws for a key that is in no row. */
function flatten(
  rows: Table,
  given: unknown,
  { where, prefix, alsoKnown }: { where: string; prefix: string; alsoKnown: readonly string[] },
): Map<string, unknown> {
  const found = new Map<string, unknown>();
  if (given === undefined) return found;
  const place = `${where}${prefix}`.replace(/\.$/, '');
  if (!isRecord(given)) throw misfitError(new Misfit('an object', given), place);
  const names = Object.keys(rows).filter((name) => name.startsWith(prefix));
  for (const [key, value] of Object.entries(given)) {
    const name = `${prefix}${key}`;
    if (value === undefined) continue;
    if (names.includes(name) && !key.includes('.')) found.set(name, value);
    else if (names.some((each) => each.startsWith(`${name}.`)) && !key.includes('.'))
      for (const entry of flatten(rows, value, { where, prefix: `${name}.`, alsoKnown: [] })) {
        found.set(...entry);
      }
    else {
      const below = names.map((each) => each.slice(prefix.length).split('.')[0] ?? '');
      const known = new Set([...below, ...alsoKnown]);
      throw misfitError(
        new Misfit('', value, { path: [key], allowed: [...known], isUnknownKey: true }),
        place,
      );
    }
  }
  return found;
}

function put(values: Record<string, unknown>, name: string, value: unknown): void {
  const path = name.split('.');
  const last = path.pop() ?? '';
  let at = values;
  for (const key of path) at = (at[key] ??= {}) as Record<string, unknown>;
  at[last] = value;
}
