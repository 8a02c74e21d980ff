import type { BrowserSettings, EngineName, Limits } from '@castellan/protocol';
import { type RunInput, scriptInput } from '@castellan/protocol/run-input';
import type { JobMessage, RequestHead } from '@castellan/protocol/frames';
import { zoneOf } from '@castellan/protocol/kinds';
import type { OnEntry, RunEgress } from '../egress/launcher/run-egress.ts';
import type { HelperTable } from '../helpers/table.ts';
import type { RunBooks } from '../options/options.ts';
import type { JobSource } from '../options/source.ts';
import type { Mask } from './mask.ts';

/** Everything that is known about a run before it starts. */
export interface Job {
  readonly id: string;
  readonly attempt: number;
  /** The `seq` of its first event. */
  readonly firstSeq: number;
  readonly policy: string;
  readonly createdAt: Date;
  /** A check reads the source and runs nothing of it. */
  readonly mode: JobMessage['mode'];
  readonly source: JobSource;
  /** What was asked of the run. */
  readonly input: RunInput;
  readonly limits: Limits;
  /** Takes secrets out of what the run tells. */
  readonly mask: Mask;
  readonly helpers: HelperTable;
  /** The request over HTTP that it answers, if it answers one. */
  readonly request: RequestHead | null;
  /** What may be imported by name: what the sandbox allows, narrowed by the input. */
  readonly modules: readonly string[];
  /** Name of the runtime that its box has. */
  readonly runtime: string | null;
  /** Why there is no package to import, and what mends it; null where packages are, or are not wanted. */
  readonly noPackages: string | null;
  readonly tenant: string;
  /** The tenant that its box may serve again; null where none was named: such a box serves nobody else. */
  readonly reusableBy: string | null;
  /** What its script is a version of, where runs of it may share an isolate; null: its isolate is its own. */
  readonly program: string | null;
  /** How its pages look; null for a run that gets no browser. */
  readonly browser: BrowserSettings | null;
  readonly signal: AbortSignal;
  readonly engine: EngineName;
  /** Certificates in PEM that the script's own TLS has to trust. */
  readonly ca: string | null;
  readonly keep: RunBooks['keep'];
  readonly recall: RunBooks['recall'];
  readonly begin: RunBooks['begin'];
  /** Opens the run's way to a network; it refuses everything where none is allowed. */
  openEgress(onEntry: OnEntry): RunEgress;
}

/** What a box is sent of a script that it has. */
const nothing: Pick<JobSource, 'files' | 'data'> = { files: {}, data: new Map() };

/** The message that gives the runner its job; the contents of the data files follow it. */
export function jobMessage(job: Job, program: JobMessage['program']): JobMessage {
  const { mode, source, input, helpers, modules, noPackages, limits, browser, ca, request } = job;
  const { entry, language } = source;
  const { files, data } = program === 'again' ? nothing : source;
  const { wallMs, outputBytes, valueBytes } = limits;
  return {
    entry,
    files,
    language,
    data: [...data].map(([path, { length }]) => ({ path, length })),
    mode,
    program,
    input: scriptInput(input),
    helpers: helpers.tree,
    timezone: input.timezone ?? zoneOf(input.env['TZ']) ?? null,
    modules,
    noPackages,
    browser:
      browser !== null && input.record?.trace === true ? { ...browser, isTraced: true } : browser,
    ca,
    request,
    wallMs,
    outputBytes,
    valueBytes,
  };
}
