import type { BrowserSettings, EngineName, Limits, NetworkEntry } from '@castellan/protocol';
import type { JobMessage } from '@castellan/protocol/frames';
import type { ArtifactSink } from '../artifacts/artifacts.ts';
import type { RunEgress } from '../egress/launcher/run-egress.ts';
import type { HelperTable } from '../helpers/table.ts';
import type { JobSource } from '../options/source.ts';

/** Everything that is known about a run before it starts. */
export interface Job {
  readonly id: string;
  readonly attempt: number;
  /** The `seq` of its first event. */
  readonly firstSeq: number;
  readonly policy: string;
  /** A check reads the source and runs nothing of it. */
  readonly mode: JobMessage['mode'];
  readonly source: JobSource;
  /** JSON text. */
  readonly params: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly helpers: HelperTable;
  /** What may be imported by name; see `JobMessage.modules`. */
  readonly modules: readonly string[];
  /** Name of the runtime that its box has. */
  readonly runtime: string | null;
  /** Why there is no package to import, and what mends it; null where packages are, or are not wanted. */
  readonly noPackages: string | null;
  readonly tenant: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How its pages shall look; null for a run that gets no browser. */
  readonly browser: BrowserSettings | null;
  readonly signal: AbortSignal | undefined;
  readonly engine: EngineName;
  /** Certificates in PEM that the script's own TLS has to trust. */
  readonly ca: string | null;
  readonly createdAt: Date;
  /** Where the bytes of artifacts go; they stay in memory without one. */
  readonly keep: ArtifactSink | undefined;
  /** The script starts when this has resolved. */
  readonly begin: (() => Promise<void>) | undefined;
  /** The run's way to a network; refuses all of it where none is allowed. */
  wayOut(onEntry: (entry: NetworkEntry) => void): RunEgress;
}

/** What the runner is told. */
export function jobMessage(job: Job): object {
  const { mode, source, params, env, helpers, modules, limits, browser, ca } = job;
  const { outputBytes, valueBytes } = limits;
  const asked = { mode, params, env, helpers: helpers.tree, modules, browser, ca };
  return { ...source, ...asked, outputBytes, valueBytes };
}
