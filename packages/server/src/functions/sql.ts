/** A value of a column. */
export type Cell = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** Asks the database; `$1` and so on stand for the values. */
export type Query = (sql: string, ...values: Cell[]) => Promise<readonly Row[]>;

/** A database of functions: what SQLite and PostgreSQL do each in their own way. */
export interface Sql extends AsyncDisposable {
  /** One statement, outside of any transaction: it sees what was committed. */
  readonly query: Query;
  /**
   * All of `work` or nothing of it, durable when this resolves. Those of one tenant come one after another.
   */
  transaction<Result>(tenant: string, work: (query: Query) => Promise<Result>): Promise<Result>;
}

/** How the databases spell what they spell differently. */
interface Dialect {
  /** A text that is compared byte by byte. */
  readonly text: string;
  readonly endOfTable: string;
}

/**
 * Migrations forward only: the statements at index n take the tables from version n to n + 1. Texts of
 * callers are JSON here, since PostgreSQL keeps no NUL.
 */
export const migrationsIn = ({ text, endOfTable }: Dialect): readonly string[] => [
  `CREATE TABLE functions (
    id ${text} PRIMARY KEY,
    tenant ${text} NOT NULL,
    name ${text} NOT NULL,
    newest integer NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    UNIQUE (tenant, name)
  )${endOfTable};
  CREATE TABLE versions (
    function_id ${text} NOT NULL REFERENCES functions ON DELETE CASCADE,
    version integer NOT NULL,
    hash text NOT NULL,
    bytes integer NOT NULL,
    description text NOT NULL,
    policy text NOT NULL,
    created_at text NOT NULL,
    created_by text NOT NULL,
    live_at text,
    definition text NOT NULL,
    PRIMARY KEY (function_id, version)
  )${endOfTable};
  CREATE TABLE aliases (
    function_id ${text} NOT NULL REFERENCES functions ON DELETE CASCADE,
    alias ${text} NOT NULL,
    version integer NOT NULL,
    percent integer,
    PRIMARY KEY (function_id, alias),
    FOREIGN KEY (function_id, version) REFERENCES versions
  )${endOfTable};`,
];
