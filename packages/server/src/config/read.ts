import { CastellanError } from '@castellan/protocol';
import type { Kind } from './kinds.ts';
import { isRecord } from './kinds.ts';
import type { Row } from './row.ts';

/** A config cannot be used; the message names the key, shows the value and says what it must be. */
export class ConfigError extends CastellanError {
  constructor(message: string, options?: ErrorOptions) {
    super('invalid_option', message, options);
  }
}

type Table = Readonly<Record<string, Row<unknown>>>;
type Head<Key> = Key extends `${infer First}.${string}` ? First : Key;
type Below<Rows, First extends string> = {
  [Key in keyof Rows as Key extends `${First}.${infer Rest}` ? Rest : never]: Rows[Key];
};

/** The values of a table, nested at the dots of their names. */
export type Values<Rows> = {
  readonly [Key in Head<keyof Rows> & string]: Key extends keyof Rows
    ? Rows[Key] extends { readonly kind: Kind<infer Value> }
      ? Value
      : never
    : Values<Below<Rows, Key>>;
};

/** What somebody may write for a table: any part of it. */
export type Given<Rows> = {
  readonly [Key in Head<keyof Rows> & string]?: Key extends keyof Rows
    ? Rows[Key] extends { readonly kind: Kind<infer Value> }
      ? Value
      : never
    : Given<Below<Rows, Key>>;
};

export interface Sources {
  /** An object as `Given` describes it, from a file: not trusted to be one. */
  readonly given: unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values by full name that win over all others, with what they are called there. */
  readonly flags?: Readonly<Record<string, { readonly value: string; readonly name: string }>>;
  /** What stands before the names in messages, as `policies.default.`. */
  readonly where?: string;
}

/** Reads every option of a table: flag, else environment, else file, else default. Throws `ConfigError`. */
export function readTable<const Rows extends Table>(rows: Rows, sources: Sources): Values<Rows> {
  const { given, env, flags = {}, where = '' } = sources;
  const written = flatten(rows, given, where, '');
  const values: Record<string, unknown> = {};
  for (const [name, row] of Object.entries<Row<unknown>>(rows)) {
    const { kind } = row;
    const flag = flags[name];
    const variable = row.env === null ? undefined : env[row.env];
    if (flag !== undefined) put(values, name, checked(kind, kind.parse(flag.value), flag.name));
    else if (variable !== undefined && variable !== '')
      put(values, name, checked(kind, kind.parse(variable), row.env ?? name));
    else if (written.has(name))
      put(values, name, checked(kind, written.get(name), `${where}${name}`));
    else put(values, name, row.default);
  }
  return values as Values<Rows>;
}

/** The values of `given` by full name. Throws for a key that no row has. */
function flatten(rows: Table, given: unknown, where: string, prefix: string): Map<string, unknown> {
  const found = new Map<string, unknown>();
  if (given === undefined) return found;
  const place = `${where}${prefix}`.replace(/\.$/, '');
  if (!isRecord(given)) {
    throw new ConfigError(`${place || 'The config'} must be an object, not ${shown(given)}.`);
  }
  const names = Object.keys(rows).filter((name) => name.startsWith(prefix));
  for (const [key, value] of Object.entries(given)) {
    const name = `${prefix}${key}`;
    if (value === undefined) continue;
    if (names.includes(name) && !key.includes('.')) found.set(name, value);
    else if (names.some((each) => each.startsWith(`${name}.`)) && !key.includes('.'))
      for (const entry of flatten(rows, value, where, `${name}.`)) found.set(...entry);
    else {
      const known = new Set(names.map((each) => each.slice(prefix.length).split('.')[0]));
      throw new ConfigError(
        `${where}${name} is no option; its value is ${shown(value)}. Known${place === '' ? '' : ` below ${place}`}: ${[...known].join(', ')}.`,
      );
    }
  }
  return found;
}

function checked<Value>(kind: Kind<Value>, value: unknown, name: string): Value {
  const read = kind.read(value);
  if (read !== undefined) return read;
  const instead = kind.isSecret === true ? '' : `, not ${shown(value)}`;
  throw new ConfigError(`${name} must be ${kind.says}${instead}.`);
}

function put(values: Record<string, unknown>, name: string, value: unknown): void {
  const path = name.split('.');
  const last = path.pop() ?? '';
  let at = values;
  for (const key of path) at = (at[key] ??= {}) as Record<string, unknown>;
  at[last] = value;
}

/** A value as a message shows it, cut short. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
