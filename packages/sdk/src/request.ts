import type { EngineName, Limits, RunStatus } from '@castellan/protocol';
import type { SourceFiles } from '@castellan/protocol/kinds';
import type { AskedInput } from '@castellan/protocol/run-input';

/** A script: one text, or files with the one to start. */
export type Script =
  | {
      /** JavaScript or TypeScript, with JSX or without. */
      readonly code: string;
    }
  | {
      /** By path, relative, with `/` between segments: text, or any bytes as `{ base64 }`. */
      readonly files: SourceFiles;
      /** The file to start. */
      readonly entry: string;
    };

/** What a script may use; a policy is narrowed by it and never widened. */
interface Allowed {
  /** One of the policies of the key; its first by default. */
  readonly policy?: string;
  /** Only keys that may name tenants take another than their own. */
  readonly tenant?: string;
  /** A named, dated set of packages. Must be that of the policy. */
  readonly runtime?: string;
}

/** The body of `POST /v1/runs`. */
export type RunRequest = Script &
  AskedInput &
  Allowed & {
    /** Must be that of the policy. */
    readonly engine?: EngineName;
    /** Above a ceiling of the policy: refused. */
    readonly limits?: Partial<Limits>;
    /** Names of stored secrets of the tenant: the script has them, or what stands for them, in `env`. */
    readonly secrets?: readonly string[];
    /** Who is told when the run has ended, where the service sends webhooks to that host. */
    readonly webhook?: { readonly url: string };
    readonly queue?: {
      /** Milliseconds that it may wait before it starts. */
      readonly ttlMs?: number;
      /** From -100 to 100: a run with a higher priority starts earlier, within the tenant. */
      readonly priority?: number;
    };
    /** Where it may run: on workers with these labels, whose names the policy has to offer. */
    readonly placement?: { readonly labels?: Readonly<Record<string, string>> };
    readonly retry?: {
      /** How often it may be attempted when the service fails; a script that fails is not tried again. */
      readonly maxAttempts?: number;
    };
  };

/** The body of `POST /v1/check`. */
export type CheckRequest = Script & Allowed & Pick<AskedInput, 'modules'>;

/** Which runs are listed. */
export interface RunQuery {
  readonly status?: RunStatus | undefined;
  /** `name=value`, or a name alone. */
  readonly label?: string | undefined;
  readonly tenant?: string | undefined;
  readonly policy?: string | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  /** From 1 to 200; 50 by default. */
  readonly limit?: number | undefined;
}
