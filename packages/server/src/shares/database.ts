/** A row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs one statement, in which `$1` stands for the first of the values. */
export type Query = (sql: string, ...values: readonly (string | number | null)[]) => Promise<Row[]>;

/** What shares need of a database: the same statements go to either. */
export interface Database extends AsyncDisposable {
  /** Does all of the work or nothing of it, and never two at a time, whichever process asks. */
  transact<Result>(work: (query: Query) => Promise<Result>): Promise<Result>;
}
