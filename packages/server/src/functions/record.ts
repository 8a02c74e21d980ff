/** Functions as they are stored: a name, numbered versions that never change, and names for versions. */

/** The alias of the version that a call runs when it names none. */
export const live = 'live';
/** The alias of a version that gets a share of those calls. */
export const canary = 'canary';

/** Functions appear in paths, labels and log lines, so only plain characters are allowed. */
export const functionForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Where an alias points. */
export interface Pointer {
  readonly version: number;
  /** Of 100 calls that name no alias, how many run this version; null for any alias but `canary`. */
  readonly percent: number | null;
}

export interface FunctionRecord {
  /** `fn_…`: a function that is deleted and made again has another. */
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  /** The highest number that was given to a version; none is given twice. */
  readonly newest: number;
  readonly aliases: Readonly<Record<string, Pointer>>;
  /** RFC 3339 UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A version without its source. */
export interface VersionRecord {
  readonly version: number;
  /** SHA-256 of the definition, hexadecimal. */
  readonly hash: string;
  readonly sizeBytes: number;
  readonly description: string;
  readonly policy: string;
  readonly createdAt: string;
  /** The id of the key that deployed it. */
  readonly createdBy: string;
  /** When it last became what calls run; null if it never did. */
  readonly liveAt: string | null;
}

/** A version that is to be stored. */
export interface NewVersion extends Pick<
  VersionRecord,
  'hash' | 'description' | 'policy' | 'createdBy'
> {
  /** The definition as JSON. */
  readonly definition: string;
  /** Whether calls run it from now on. */
  readonly isLive: boolean;
}

/** How much a tenant may store. */
export interface FunctionBounds {
  readonly perTenant: number;
  /** Versions of a function; the oldest that no alias names are removed. */
  readonly versions: number;
  /** Definitions of all functions of a tenant together. */
  readonly tenantBytes: number;
}

/** The most aliases of a function. */
export const mostAliases = 20;
