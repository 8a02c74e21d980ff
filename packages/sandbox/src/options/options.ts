import type { BoxUsers, RunSecret } from '@castellan/protocol/kinds';
import type { AskedInput } from '@castellan/protocol/run-input';
import type {
  BrowserOptions,
  EngineName,
  IsolationOffer,
  Layer,
  Limits,
  Reuse,
} from '@castellan/protocol';
import type { ArtifactRecall, ArtifactSink } from '../artifacts/artifacts.ts';
import type { DockerOptions } from '../drivers/docker/docker.ts';
import type { Helpers } from '../helpers/helper.ts';
import type { Exchange } from './exchange.ts';
import type { NetworkOptions } from '../egress/launcher/open-network.ts';

/** Options of `createSandbox`; all may be left out. */
export interface SandboxOptions {
  /** What executes the script. Default `isolate`. */
  readonly engine?: EngineName;
  /**
   * What builds the box. Default `auto`: the first that works here and can reach the floor, never `docker` or
   * `none`. Of
   * a list, runs may name one; the first is that of all others.
   */
  readonly isolation?: IsolationOffer;
  /** With isolation `docker`: which daemon, and which of its runtimes. */
  readonly docker?: DockerOptions;
  /**
   * Whether a process may serve the same tenant again, with a fresh isolate, or with a fresh context the runs
   * that name the same `program`. Default `never`. A run that names no tenant always has a process of its own.
   */
  readonly reuse?: Reuse;
  /** Defaults for all runs; see `limitTable`. */
  readonly limits?: Partial<Limits>;
  /** A built runtime, by name or, with a "/" in it, by path; `null`: no packages. Default `2026.11`. */
  readonly runtime?: string | null;
  /**
   * Packages and Node built-ins that scripts may import, each with all below it; `*` is every
   * package. Left out: every package of the runtime, and no built-in; with the node engine, where
   * `node:*` is every built-in, all of those too.
   */
  readonly modules?: readonly string[];
  /** What scripts may reach by `fetch`. Left out: nothing. */
  readonly network?: NetworkOptions;
  /** Functions of the embedding program that scripts may call. */
  readonly helpers?: Helpers;
  /**
   * Processors that a run may use at a time, such as 0.5; its browser as many again. Left out: as many as are
   * free, in equal parts with the others. Holds where `isolation.layers` has `cpushare`.
   */
  readonly cpus?: number;
  /** Boxes kept ready for the next run. Default 1. */
  readonly warm?: number;
  /** Runs at a time; others wait. Default four times the processors. */
  readonly concurrency?: number;
  /** Node engine: the absolute path of the `node_modules` to import from, in place of a runtime's. */
  readonly nodeModules?: string;
  /** Node engine: scripts may start processes, of Node itself. Needs a cgroup. Default false. */
  readonly childProcesses?: boolean;
  /** No machine code is generated in the box; loops get about ten times slower. JavaScript only. */
  readonly jitless?: boolean;
  /**
   * The narrowest box: `jitless`, no memory that can become executable, and every layer that this can have in
   * the floor, so that a run is refused rather than less. Its `layers` have `hardened`. Default false.
   */
  readonly hardened?: boolean;
  /** Chromium for scripts that use `browser`, `page` or `puppeteer`. Default: none. */
  readonly browser?: boolean | BrowserOptions;
  /** Layers without which a run is refused, `isolation_unavailable`. Default: none besides the driver's. */
  readonly floor?: readonly Layer[];
  /**
   * Where the launcher is root: numbers of users of this machine of which each box gets one to itself.
   * Default 65,536 from 2,000,300,000 on.
   */
  readonly boxUsers?: BoxUsers;
  /**
   * How long a box of a script, of a browser or of the gateway may take until it is ready, in milliseconds: more for
   * a machine that is slow, such as one that is emulated. Default `CASTELLAN_BOX_START_MS`, else 15,000.
   */
  readonly boxStartMs?: number;
}

/** Options of `sandbox.run`: what may be asked of any run, and what is around it in a program. */
export interface RunOptions extends AskedInput {
  /** Limits of this run; those that are left out are the sandbox's. */
  readonly limits?: Partial<Limits>;
  /**
   * By name. The script has `env[name]`, which stands for the value until a request for one of `hosts` leaves;
   * or, with `inEnv`, is the value. Logs, errors and values of the run have what stands for it.
   */
  readonly secrets?: Readonly<Record<string, RunSecret>>;
  /**
   * Whose run it is. Two tenants never share a process. Left out, the run is listed under `default`, and
   * its process serves nobody else.
   */
  readonly tenant?: string;
  /**
   * With reuse `context`: what the script is a version of, such as a hash. Runs of one tenant with the same
   * text share a process and an isolate, one at a time, each in a context of its own. Whoever gives it answers
   * for it that the source is the same, and all options but `params`, `stdin`, `labels` and `limits`.
   */
  readonly program?: string;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /**
   * The request over HTTP that the run answers, by the `fetch` that its script exports; its value then says the
   * status. Without it the run calls an entry with parameters.
   */
  readonly exchange?: Exchange;
  /** For a caller that keeps books of its runs, as the service does. */
  readonly books?: RunBooks;
}

/** What a run has from its caller's books, and what it reports to them. */
export interface RunBooks {
  /** `run_` and 32 hexadecimal digits. Default: a new one. */
  readonly id?: string;
  /** Which attempt it is, from 1. Default 1. */
  readonly attempt?: number;
  /** The `seq` of the first event of this attempt, from 1. Default 1. */
  readonly firstSeq?: number;
  /** When the run was asked for. Default: now. */
  readonly createdAt?: Date;
  /** The name of the policy that the run shows. Default `default`. */
  readonly policy?: string;
  /** Where artifacts go as they appear; without it they stay in memory with the handle. */
  readonly keep?: ArtifactSink;
  /** Reads back what `keep` has stored; without it artifacts stay in memory too. */
  readonly recall?: ArtifactRecall;
  /** Called after `run.started`; the script starts when it resolves. */
  readonly begin?: () => Promise<void>;
}
