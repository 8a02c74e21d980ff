import type { Sandbox, SandboxOptions } from '@castellan/sandbox';

export interface Case {
  /** Also its place in the folder. */
  readonly name: string;
  readonly group: string;
  readonly text: string;
}

export interface Verdict {
  readonly passed: boolean;
  /** What went wrong, in one line. */
  readonly why: string;
  readonly place?: number | undefined;
}

/** A public suite, which is read from a folder and never copied here. */
export interface Suite {
  readonly name: string;
  /** The environment variable that names its folder. */
  readonly variable: string;
  readonly options: SandboxOptions;
  cases(folder: string): readonly Case[];
  /** Whether it passes in plain Node too, where that can be asked. */
  isFair?(one: Case, folder: string): Promise<boolean>;
  run(sandbox: Sandbox, one: Case, folder: string): Promise<Verdict>;
}
