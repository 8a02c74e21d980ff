import type { ErrorCode, Problem, RunEvent } from '@castellan/protocol';
import type { Offer } from '../policies/offer.ts';
import type { Policy } from '../policies/policy.ts';
import type { Check } from '../runs/check.ts';
import type { LaunchFailure, QueuedRun } from '../runs/launch.ts';

/**
 * The conversation of the API with its launcher, in the frames of the protocol package, JSON only:
 *
 *     API                                launcher
 *      │  configure ────────────────────▶│  once; it makes a sandbox per policy
 *      │◀──────────────────────── ready  │  with what each policy offers; or unable, and its end
 *      │◀───────────────────────── beat  │  from its birth on, three in each lease
 *      │  run {attempt} ────────────────▶│
 *      │◀─────────────── event {attempt} │  …, the last one `run.finished`; or failed
 *      │  cancel {attempt} ─────────────▶│
 *      │  check {attempt} ──────────────▶│
 *      │◀───────────── checked {attempt} │  or failed
 *      ╳  end of the stream ────────────▶│  kills its boxes and ends
 *
 * `attempt` numbers what the API has asked of this one process; it is given once and never again.
 */
export const launcherFrames = {
  configure: 1,
  run: 2,
  cancel: 3,
  check: 4,
  ready: 16,
  unable: 17,
  beat: 18,
  event: 19,
  failed: 20,
  checked: 21,
} as const;

/** What the launcher has to know before the first run. */
export interface ConfigureMessage {
  readonly policies: readonly Policy[];
  /** The file that the policies come from: it holds the helpers, which are functions. */
  readonly configFile: string | null;
  /** Absolute; each run has a folder of its own in it. */
  readonly artifactsFolder: string;
  /** Runs at a time. */
  readonly concurrency: number;
  /** A launcher that has said nothing for this long is killed. */
  readonly leaseMs: number;
}

export interface RunMessage {
  readonly attempt: number;
  readonly run: QueuedRun;
}

export interface CancelMessage {
  readonly attempt: number;
}

export interface CheckMessage {
  readonly attempt: number;
  readonly script: Parameters<Check>[0];
}

interface CheckedMessage {
  readonly attempt: number;
  readonly problems: readonly Problem[];
}

interface EventMessage {
  readonly attempt: number;
  readonly event: RunEvent;
}

/** An error of the launcher, with what its sentence says as fields. */
export interface Failure {
  /** Null for a fault of Castellan. */
  readonly code: ErrorCode | null;
  readonly detail: string;
  readonly fix: string | null;
  readonly option: string | null;
}

/** Why an attempt or a check could not be brought to an end. */
interface FailedMessage extends Failure {
  readonly attempt: number;
  readonly kind: LaunchFailure;
}

interface ReadyMessage {
  /** By the name of the policy. */
  readonly offers: Readonly<Record<string, Offer>>;
}

/** What a launcher says, by the type of the frame. */
export interface Said {
  readonly [launcherFrames.ready]: ReadyMessage;
  /** Why no sandbox could be made. */
  readonly [launcherFrames.unable]: Failure;
  readonly [launcherFrames.beat]: Readonly<Record<string, never>>;
  readonly [launcherFrames.event]: EventMessage;
  readonly [launcherFrames.failed]: FailedMessage;
  readonly [launcherFrames.checked]: CheckedMessage;
}

const Mi = 2 ** 20;

/** Frames for the launcher: the largest is a run with its source and params. */
export const askedCaps = (type: number): number | undefined =>
  type >= launcherFrames.configure && type <= launcherFrames.check ? 256 * Mi : undefined;

/** Frames from the launcher: the largest is an event with a value, or with a long line. */
export const saidCaps = (type: number): number | undefined =>
  type >= launcherFrames.ready && type <= launcherFrames.checked ? 256 * Mi : undefined;
