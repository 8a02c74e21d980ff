import type { Limits } from './limits.ts';
import type { Reason } from './reasons.ts';
import type {
  DriverName,
  EngineName,
  Layer,
  LogLevel,
  NetworkOutcome,
  Reuse,
  RunStatus,
} from './words.ts';

/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One line of a script's console. `seq` counts all events of the run; `time` is RFC 3339 UTC. */
export interface LogLine {
  readonly seq: number;
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  readonly level: LogLevel;
  readonly text: string;
}

/** What went wrong, in the user's own source: `file` as the source named it, `line` and `column` count from 1. */
export interface RunError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** A file that the script made. */
export interface Artifact {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly url: string;
  /** What a look at the bytes told of a PNG, JPEG, GIF or WebP; absent for other files. */
  readonly image?: ArtifactImage;
}

/** Size in pixels as the file says; `broken` when its structure is not whole. Nothing is decoded. */
export interface ArtifactImage {
  readonly width: number | null;
  readonly height: number | null;
  readonly broken: boolean;
}

export interface Timings {
  readonly queueMs: number;
  readonly boxMs: number;
  readonly compileMs: number;
  readonly runMs: number;
  readonly totalMs: number;
}

/** One request as the operator sees it; each step of a redirect has its own. Holds no secret. */
export interface NetworkEntry {
  /** Counts the entries of the run from 1, in the order in which they ended. */
  readonly seq: number;
  /** When it was asked for. RFC 3339 UTC. */
  readonly time: string;
  readonly method: string;
  /** At most 2,048 characters, without a user name, password or fragment. */
  readonly url: string;
  /** Empty when the URL could not be read. */
  readonly host: string;
  /** The address that was connected to. */
  readonly address: string | null;
  readonly status: number | null;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly outcome: NetworkOutcome;
  /** Why it did not go well. For the operator, never for the script. */
  readonly reason: string | null;
}

/** Measured outside the box. */
export interface Usage {
  readonly cpuMs: number;
  readonly memoryPeakBytes: number;
  readonly outputBytes: number;
  readonly networkRequests: number;
  readonly networkBytes: number;
}

/** What was really in force, not what was asked for; before there is a box, what its policy has. */
export interface Isolation {
  /** Null before there is a box. */
  readonly driver: DriverName | null;
  readonly engine: EngineName;
  readonly reuse: Reuse;
  readonly layers: readonly Layer[];
}

/** Where a run stands while it waits; both are estimates, since other tenants have their turns. */
export interface QueueState {
  /** Runs that are likely to start before this one; 0 once it has started. */
  readonly position: number;
  /** Null until enough runs have ended to tell. */
  readonly estimatedWaitMs?: number | null;
}

/** One execution of one script. */
export interface Run {
  readonly id: string;
  readonly status: RunStatus;
  readonly reason: Reason | null;
  readonly exitCode: number | null;
  readonly attempt: number;
  readonly value: Json;
  readonly error: RunError | null;
  readonly logs: readonly LogLine[];
  readonly truncated: { readonly logs: boolean };
  readonly artifacts: readonly Artifact[];
  readonly timings: Timings;
  readonly usage: Usage;
  readonly isolation: Isolation;
  readonly limits: Limits;
  readonly policy: string;
  readonly runtime: string | null;
  readonly tenant: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly queue: QueueState;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}
