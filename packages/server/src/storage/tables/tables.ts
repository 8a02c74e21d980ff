/** A value of a column. */
export type Cell = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** Asks the database; `$1` and so on stand for the values. */
export type Query = (sql: string, ...values: Cell[]) => Promise<readonly Row[]>;

/** A database of such tables: what SQLite and PostgreSQL do each in their own way. */
export interface Sql extends AsyncDisposable {
  /** One statement, outside of any transaction: it sees what was committed. */
  readonly query: Query;
  /**
   * All of `work` or nothing of it, durable when this resolves. Those of one tenant come one after another.
   */
  transaction<Result>(tenant: string, work: (query: Query) => Promise<Result>): Promise<Result>;
}

/** How the databases spell what they spell differently. */
export interface Dialect {
  /** A text that is compared byte by byte. */
  readonly text: string;
  /** A whole number up to 2^53. */
  readonly whole: string;
  readonly endOfTable: string;
}

/** Tables that both databases have: in a file of the data folder, or in a schema of the store's database. */
export interface Tables {
  /** What they hold, for people, in the plural: "functions". */
  readonly what: string;
  /** The table without whose rows there is nothing. */
  readonly main: string;
  /** Its file in the data folder. */
  readonly file: string;
  /** Its schema in the database. */
  readonly schema: string;
  /** Of the advisory locks that only whoever changes them takes; the other half is the tenant. */
  readonly lockFamily: number;
  /**
   * Migrations forward only: the statements at index n take the tables from version n to n + 1. Texts of
   * callers are JSON here, since PostgreSQL keeps no NUL.
   */
  readonly migrations: (dialect: Dialect) => readonly string[];
}
