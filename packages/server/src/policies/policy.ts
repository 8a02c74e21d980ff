import type {
  CallRecord,
  EngineName,
  IsolationOffer,
  Layer,
  Limits,
  RecordSettings,
  Reuse,
} from '@castellan/protocol';
import type { BrowserOptions, NetworkOptions } from '@castellan/sandbox';

/** How much a run may use. */
export interface Bounds {
  /** The limits of a run whose request sets none. */
  readonly limits: Limits;
  /** A request above one of these is refused, not clipped. */
  readonly ceilings: Limits;
}

/** A validated policy, with defaults filled in: what a run may use, and how much. */
export interface Policy extends Bounds {
  readonly name: string;
  readonly engine: EngineName;
  /** The first is that of runs that name none. */
  readonly isolation: IsolationOffer;
  /** With isolation `docker`; null: what is usual. */
  readonly docker: { readonly socket: string | null; readonly runtime: string | null };
  /** Layers without which a run is refused. */
  readonly floor: readonly Layer[];
  /** Boxes make no machine code, and have every layer of that profile, or a run is refused. */
  readonly hardened: boolean;
  readonly reuse: Reuse;
  /** The number of boxes kept ready. */
  readonly warm: number;
  /** Name or path; null: no packages. */
  readonly runtime: string | null;
  /** Null: all packages of the runtime and no built-ins. */
  readonly modules: readonly string[] | null;
  /** Chromium for scripts that use Puppeteer. */
  readonly browser: boolean | BrowserOptions;
  /** What a request may have recorded. */
  readonly record: Required<RecordSettings>;
  /** Node engine: scripts may start processes. */
  readonly childProcesses: boolean;
  /** Processors that a run may use at a time, and its browser as many again; null: what is free. */
  readonly cpus: number | null;
  /** Whether stored secrets that are for `env` may be in that of its runs. */
  readonly secrets: { readonly env: boolean };
  /** Whether scripts have `kv`: keys and values of their tenant. */
  readonly kv: boolean;
  /** Null: no network. */
  readonly network: NetworkOptions | null;
  /** The bounds of runs that have a browser; those above are for all others. */
  readonly withBrowser: Bounds;
  /** Labels that whoever runs it has to have, and names of those that a request may ask for. */
  readonly placement: {
    readonly labels: Readonly<Record<string, string>>;
    readonly requests: readonly string[];
  };
  readonly maxAttempts: number;
  readonly maxTtlMs: number;
  /** Per tenant. */
  readonly queue: { readonly running: number; readonly queued: number };
  /** Calls of functions. */
  readonly calls: {
    /** The least that is written down of them. */
    readonly record: CallRecord;
    /** How long one that is not written down may wait for a place. */
    readonly waitMs: number;
  };
  /** Per key, checked before anything costly. */
  readonly rate: {
    /** Requests in a minute. */
    readonly perMinute: number;
    /** Requests of one address in a minute. */
    readonly perAddressPerMinute: number;
    /** Requests in flight at a time. */
    readonly inFlight: number;
  };
}
