import type { Limits } from './limits.ts';
import type { NetworkCode } from './network-codes.ts';
import type { Reason } from './reasons.ts';
import type {
  DriverName,
  EngineName,
  LogLevel,
  NetworkOutcome,
  Reuse,
  RunStatus,
} from './words.ts';
import type { Layer } from './layers.ts';

/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One line of a script's console. */
export interface LogLine {
  /** Counts all events of the run, from 1. */
  readonly seq: number;
  /** When it was written. RFC 3339 UTC. */
  readonly time: string;
  /** The stream that Node would write it to. */
  readonly stream: 'stdout' | 'stderr';
  /** The function of the console that wrote it. */
  readonly level: LogLevel;
  /** The line without its line break; values are formatted as Node does. */
  readonly text: string;
}

/**
 * An error, with its place in the author's own source. Errors inside of it are nested at most 5 deep
 * and 10 wide; what is no error is JSON, or the text that the console shows for it.
 */
export interface RunError {
  /** The class of the error, such as `TypeError`. */
  readonly name: string;
  /** The message, without the class. */
  readonly message: string;
  /**
   * The stack trace, in the author’s own source; may be empty. Ends with other fields of the error and
   * what is inside of it, as Node prints them.
   */
  readonly stack: string;
  /** The file as the source named it; null if the error has no place. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  /** From 1. */
  readonly column: number | null;
  /** Its `code`, a word or a number; absent if it has none. */
  readonly code?: string | number;
  /** Its `cause`; absent if it has none. */
  readonly cause?: RunError | Json;
  /** The errors that it gathers: those of an `AggregateError`, or `error` and `suppressed`. */
  readonly errors?: readonly (RunError | Json)[];
}

/** A file that the script made. */
export interface Artifact {
  /** `art_` and 32 hexadecimal digits. */
  readonly id: string;
  /** One segment of a path, safe on every system; the last write of a name wins. */
  readonly name: string;
  /** As the script declared it, else `application/octet-stream`. */
  readonly contentType: string;
  /** Its length in bytes. */
  readonly sizeBytes: number;
  /** SHA-256 of its bytes, in lower-case hexadecimal. */
  readonly sha256: string;
  /** The path at which the service serves its bytes, without scheme and host. */
  readonly url: string;
  /** Facts read from the bytes of a PNG, JPEG, GIF or WebP; absent for other files. */
  readonly image?: ArtifactImage;
}

/** Facts read from the bytes of an image. Nothing is decoded. */
export interface ArtifactImage {
  /** In pixels, as the file declares it; null if it does not. */
  readonly width: number | null;
  /** As `width`. */
  readonly height: number | null;
  /** Whether its structure is damaged or incomplete. */
  readonly broken: boolean;
}

/** How long each stage of a run took, in milliseconds; 0 for a stage that it did not reach. */
export interface Timings {
  /** Waiting for a slot. */
  readonly queueMs: number;
  /** From the slot until a box had the job. */
  readonly boxMs: number;
  /** From there until the script was compiled. */
  readonly compileMs: number;
  /** From there to the end. */
  readonly runMs: number;
  /** From the call to the end. */
  readonly totalMs: number;
}

/**
 * One request, for the operator; each step of a redirect has a separate entry. Contains no secret.
 */
export interface NetworkEntry {
  /** Counts the entries of the run from 1, in the order in which the requests ended. */
  readonly seq: number;
  /** When the request started. RFC 3339 UTC. */
  readonly time: string;
  /** The method of the request. */
  readonly method: string;
  /** At most 2,048 characters, without a user name, password or fragment. */
  readonly url: string;
  /** Empty if the URL could not be parsed. */
  readonly host: string;
  /** The address of the connection. */
  readonly address: string | null;
  /** The status of the response; null if there was none. */
  readonly status: number | null;
  /** From the start of the request to the end of its response. */
  readonly durationMs: number;
  /** Bytes sent. */
  readonly requestBytes: number;
  /** Bytes received. */
  readonly responseBytes: number;
  /** How it ended. */
  readonly outcome: NetworkOutcome;
  /** Why it was refused or failed, as a word; else null. */
  readonly code: NetworkCode | null;
  /**
   * Why it failed or was refused. `secret_not_bound: …`, also if it succeeded: a placeholder was sent
   * as it is; says what would bind its secret. For the operator, never for the script.
   */
  readonly reason: string | null;
}

/** The resources that a run used, measured outside the box. */
export interface Usage {
  /** Processor time of the whole box. */
  readonly cpuMs: number;
  /** The peak of the box's memory, above what an idle box uses. */
  readonly memoryPeakBytes: number;
  /** Processor time of the run's browser, all of its processes; 0 without one. */
  readonly browserCpuMs: number;
  /** Bytes of all log lines, counted as for the limit `outputBytes`. */
  readonly outputBytes: number;
  /** Outbound requests, including refused ones. */
  readonly networkRequests: number;
  /** Bytes of requests and responses. */
  readonly networkBytes: number;
}

/**
 * The isolation that was in force, not the one that was requested; before there is a box, the
 * policy's.
 */
export interface Isolation {
  /** Null before there is a box. */
  readonly driver: DriverName | null;
  /** What executed the script. */
  readonly engine: EngineName;
  /** Whether the process may run scripts of the same tenant again. */
  readonly reuse: Reuse;
  /** The layers that were proved to be in force around the script. */
  readonly layers: readonly Layer[];
}

/** A run's place in the queue. Both values are estimates, since tenants take turns. */
export interface QueueState {
  /** Runs that are likely to start before this one; 0 once it has started. */
  readonly position: number;
  /** Null until enough runs have ended for an estimate. */
  readonly estimatedWaitMs?: number | null;
}

/** What a run did not get, or does not show, because of a limit that does not end it. */
export interface Truncated {
  /** Lines are missing from `logs`. */
  readonly logs: boolean;
  /** Requests were refused: there were more than `networkRequests`. */
  readonly networkRequests: boolean;
  /** Requests were refused or cut off: there were more bytes than `networkBytes`. */
  readonly networkBytes: boolean;
}

/** One execution of one script. */
export interface Run {
  /** `run_` and 32 hexadecimal digits; a later run of the same process has a greater one. */
  readonly id: string;
  /** The current or final status. */
  readonly status: RunStatus;
  /** Why it ended badly; null while it runs and after success. */
  readonly reason: Reason | null;
  /** The exit code of the script with the node engine; else null. */
  readonly exitCode: number | null;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  /** The script's return value; null if it returned nothing or failed. */
  readonly value: Json;
  /** The error that ended it; null if there was none. */
  readonly error: RunError | null;
  /** The lines of its console, as far as `outputBytes` allows. */
  readonly logs: readonly LogLine[];
  /** What is missing because of a limit. */
  readonly truncated: Truncated;
  /** The files that it made, in the order in which their names’ first versions were written. */
  readonly artifacts: readonly Artifact[];
  /** How long each stage took. */
  readonly timings: Timings;
  /** The resources that it used. */
  readonly usage: Usage;
  /** The isolation around the script. */
  readonly isolation: Isolation;
  /** The limits that were in force. */
  readonly limits: Limits;
  /** The policy of the service that applied. */
  readonly policy: string;
  /** The set of packages that it could import; null for none. */
  readonly runtime: string | null;
  /** The tenant that the run belongs to. */
  readonly tenant: string;
  /** Names and texts for finding it. */
  readonly labels: Readonly<Record<string, string>>;
  /** The place in the queue. */
  readonly queue: QueueState;
  /** When it was submitted. RFC 3339 UTC. */
  readonly createdAt: string;
  /** When its script started; null before that. */
  readonly startedAt: string | null;
  /** When it ended; null before that. */
  readonly finishedAt: string | null;
}
