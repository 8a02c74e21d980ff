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

/** One line of a script's console. */
export interface LogLine {
  /** Counts all events of the run, from 1. */
  readonly seq: number;
  /** When it was written. RFC 3339 UTC. */
  readonly time: string;
  /** Where a terminal would show it. */
  readonly stream: 'stdout' | 'stderr';
  /** Which function of the console it was. */
  readonly level: LogLevel;
  /** The line, without its end; values as Node prints them. */
  readonly text: string;
}

/** What went wrong, with its place in the author's own source. */
export interface RunError {
  /** The class of the error, as `TypeError`. */
  readonly name: string;
  /** What it says, without its class. */
  readonly message: string;
  /** The calls that led to it, in the author’s own source; empty where there are none. */
  readonly stack: string;
  /** As the source named it; null when no file is to blame. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  /** From 1. */
  readonly column: number | null;
}

/** A file that the script made. */
export interface Artifact {
  /** `art_` and 32 hexadecimal digits. */
  readonly id: string;
  /** One segment of a path, safe on every system; the last write of a name wins. */
  readonly name: string;
  /** As the script gave it, else `application/octet-stream`. */
  readonly contentType: string;
  /** Its length in bytes. */
  readonly sizeBytes: number;
  /** Of its bytes, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Where the service answers with its bytes, without the host. */
  readonly url: string;
  /** What a look at the bytes told of a PNG, JPEG, GIF or WebP; absent for other files. */
  readonly image?: ArtifactImage;
}

/** What the bytes of an image say about it. Nothing is decoded. */
export interface ArtifactImage {
  /** In pixels, as the file says; null when it does not say. */
  readonly width: number | null;
  /** As `width`. */
  readonly height: number | null;
  /** Whether its structure is not whole. */
  readonly broken: boolean;
}

/** How long each stage of a run took, in milliseconds; 0 for a stage that it did not reach. */
export interface Timings {
  /** Waiting for its turn. */
  readonly queueMs: number;
  /** From its turn until a box had the job. */
  readonly boxMs: number;
  /** From there until the script was compiled. */
  readonly compileMs: number;
  /** From there to the end. */
  readonly runMs: number;
  /** From the call to the end. */
  readonly totalMs: number;
}

/** One request as the operator sees it; each step of a redirect has its own. Holds no secret. */
export interface NetworkEntry {
  /** Counts the entries of the run from 1, in the order in which they ended. */
  readonly seq: number;
  /** When it was asked for. RFC 3339 UTC. */
  readonly time: string;
  /** The method of the request. */
  readonly method: string;
  /** At most 2,048 characters, without a user name, password or fragment. */
  readonly url: string;
  /** Empty when the URL could not be read. */
  readonly host: string;
  /** The address that was connected to. */
  readonly address: string | null;
  /** Of the answer; null when there was none. */
  readonly status: number | null;
  /** From the request to the end of its answer. */
  readonly durationMs: number;
  /** Bytes that were sent. */
  readonly requestBytes: number;
  /** Bytes that came back. */
  readonly responseBytes: number;
  /** How it ended. */
  readonly outcome: NetworkOutcome;
  /**
   * Why it did not go well. `secret_not_bound: …`, also where it went well: a placeholder was sent as
   * it is, and what would bind its secret. For the operator, never for the script.
   */
  readonly reason: string | null;
}

/** What a run used, measured outside the box. */
export interface Usage {
  /** Processor time of the whole box. */
  readonly cpuMs: number;
  /** The most that the box needed beyond what it has when idle. */
  readonly memoryPeakBytes: number;
  /** Text of all log lines, as `outputBytes` of the limits counts it. */
  readonly outputBytes: number;
  /** Outbound requests, refused ones too. */
  readonly networkRequests: number;
  /** Bytes of requests and answers. */
  readonly networkBytes: number;
}

/** What was really in force, not what was asked for; before there is a box, what its policy has. */
export interface Isolation {
  /** Null before there is a box. */
  readonly driver: DriverName | null;
  /** What executed the script. */
  readonly engine: EngineName;
  /** Whether the process may run scripts of the same tenant again. */
  readonly reuse: Reuse;
  /** The layers that were shown to stand around the script. */
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
  /** `run_` and 32 hexadecimal digits; a later run of the same process has a greater one. */
  readonly id: string;
  /** How it stands or ended. */
  readonly status: RunStatus;
  /** Why it did not go well; null while it runs and when it succeeded. */
  readonly reason: Reason | null;
  /** What the script exited with, with the node engine; else null. */
  readonly exitCode: number | null;
  /** Which attempt it is, from 1. */
  readonly attempt: number;
  /** What the script returned; null when it returned nothing or failed. */
  readonly value: Json;
  /** The error that ended it; null when there was none. */
  readonly error: RunError | null;
  /** The lines of its console, as far as `outputBytes` allows. */
  readonly logs: readonly LogLine[];
  /** Whether there were more lines than `logs` has. */
  readonly truncated: { readonly logs: boolean };
  /** The files that it made, in the order of their names’ first writes. */
  readonly artifacts: readonly Artifact[];
  /** How long each stage took. */
  readonly timings: Timings;
  /** What it used. */
  readonly usage: Usage;
  /** What stood around the script. */
  readonly isolation: Isolation;
  /** The limits that were in force. */
  readonly limits: Limits;
  /** The policy of the service under which it ran. */
  readonly policy: string;
  /** The set of packages that it could import; null for none. */
  readonly runtime: string | null;
  /** Whose run it is. */
  readonly tenant: string;
  /** Names and texts to find it by. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where it stands while it waits. */
  readonly queue: QueueState;
  /** When it was asked for. RFC 3339 UTC. */
  readonly createdAt: string;
  /** When its script started; null before. */
  readonly startedAt: string | null;
  /** When it ended; null before. */
  readonly finishedAt: string | null;
}
