import type { RunOptions, SandboxOptions } from '@castellan/sandbox';

/** One option: its type for `parseArgs`, and its text for `--help`. */
export interface OptionRow {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** Placeholder of the value in `--help`. */
  readonly value?: string;
  readonly sentence: string;
  /** The default, as `--help` shows it. */
  readonly standard?: string;
  /** The option of the service's config that it corresponds to. */
  readonly config?: string;
  /** The option of a policy, and of `createSandbox`, that it corresponds to: `network.allow`. */
  readonly policy?: string;
  /** The option of the library that it corresponds to. */
  readonly library?: keyof SandboxOptions | keyof RunOptions;
}

export type OptionTable = Readonly<Record<string, OptionRow>>;
