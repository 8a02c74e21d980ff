import type { FunctionRecord, NewVersion, Pointer, VersionRecord } from './record.ts';

/** Why nothing was changed. */
export type FunctionFault = 'no_function' | 'no_version' | 'no_earlier_version' | 'quota';

export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly fault: FunctionFault;

  constructor(fault: FunctionFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

export interface Deployed {
  readonly record: FunctionRecord;
  readonly version: VersionRecord;
  /** False where the newest version has this content already. */
  readonly isNew: boolean;
}

/**
 * Functions in the store. A change is atomic, and durable before its promise settles; the changes of one
 * tenant come one after another, in every process that has the store open. A version is never changed. What
 * throws `FunctionError` has changed nothing.
 */
export interface FunctionStore extends AsyncDisposable {
  /** Stores a version under the next number, unless the newest one has the same content. */
  deploy(tenant: string, name: string, version: NewVersion): Promise<Deployed>;
  /** As it stands at one moment, its aliases too. */
  find(tenant: string, name: string): Promise<FunctionRecord | undefined>;
  /** The newest first; a tenant of null means any tenant, `before` the id of the last item before. */
  list(
    tenant: string | null,
    page: { readonly before: string | null; readonly limit: number },
  ): Promise<readonly FunctionRecord[]>;
  /** All that are kept, the newest first. */
  versions(id: string): Promise<readonly VersionRecord[]>;
  version(id: string, version: number): Promise<VersionRecord | undefined>;
  /** The JSON that was deployed; undefined when it is kept no more. */
  definition(id: string, version: number): Promise<string | undefined>;
  /** Makes an alias name a version. Whatever sets `live` ends a canary. */
  point(tenant: string, name: string, alias: string, to: Pointer): Promise<FunctionRecord>;
  /** Undefined where there is no such alias. */
  unpoint(tenant: string, name: string, alias: string): Promise<FunctionRecord | undefined>;
  /** Makes `version` live; null: the newest one below the live one that was live before. */
  rollback(tenant: string, name: string, version: number | null): Promise<FunctionRecord>;
  /** Removes it with all its versions; what it was. Runs that have begun keep what they have. */
  remove(tenant: string, name: string): Promise<FunctionRecord>;
}
