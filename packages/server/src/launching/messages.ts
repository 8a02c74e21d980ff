import type { ErrorCode, Problem, RunEvent } from '@castellan/protocol';
import { recordBounds } from '@castellan/protocol';
import {
  caps,
  type FrameCap,
  type FrameCaps,
  type RequestHead,
  upTo,
} from '@castellan/protocol/frames';
import type { AnswerHead } from '@castellan/sandbox';
import type { BoxUsers } from '@castellan/protocol/kinds';
import { keyBytes, type KvQuestion, valueBytes } from '../kv/kv.ts';
import type { Offer } from '../policies/offer.ts';
import type { Policy } from '../policies/policy.ts';
import type { Check } from '../runs/contract/check.ts';
import type { LaunchFailure, QueuedRun } from '../runs/contract/launch.ts';
import type { PoolState } from '../runs/contract/launchers.ts';

/**
 * The conversation of the API with its launcher, in the frames of the protocol package. JSON only, but
 * for the value of a run that has ended, which is the bytes part of its last event, for artifacts of runs
 * that are not recorded, and for pictures:
 *
 *     API                                launcher
 *      │  configure ────────────────────▶│  once; it makes a sandbox per policy
 *      │◀──────────────────────── ready  │  with what each policy offers; or unable, and its end
 *      │◀───────────────────────── beat  │  from its start on, three in each lease; with its pools
 *      │  run {attempt} ────────────────▶│
 *      │◀─────────────── event {attempt} │  …, the last one `run.finished`; or failed
 *      │  cancel {attempt} ─────────────▶│
 *      │  watch {attempt} ──────────────▶│  whether somebody watches its pages
 *      │◀──────────────── page {attempt} │  while somebody does; the next one when this one has left
 *      │◀────────────── kvAsked {attempt} │  a question of its script about keys; a value to be kept is the bytes part
 *      │  kvTold {attempt} ─────────────▶│  the answer; a value that was kept is the bytes part
 *      │◀─────────────── asked {attempt} │  for a run that answers a request: for a piece of its body, or
 *      │  told {attempt} ───────────────▶│  to send what it answers; one question of a kind at a time
 *      │  check {attempt} ──────────────▶│
 *      │◀───────────── checked {attempt} │  or failed
 *      ╳  end of the stream ────────────▶│  kills its boxes and ends
 *
 * `attempt` numbers the requests of the API to this one process; a number is never reused.
 */
export const launcherFrames = {
  configure: 1,
  run: 2,
  cancel: 3,
  check: 4,
  watch: 5,
  told: 6,
  kvTold: 7,
  ready: 16,
  unable: 17,
  beat: 18,
  event: 19,
  failed: 20,
  checked: 21,
  page: 22,
  asked: 23,
  kvAsked: 24,
} as const;

/** The configuration of a launcher, sent before the first run. */
export interface ConfigureMessage {
  readonly policies: readonly Policy[];
  /** The config file: the launcher loads the helpers from it, as they are functions. */
  readonly configFile: string | null;
  /** Absolute; each run has a folder of its own in it. */
  readonly artifactsFolder: string;
  /** Whom boxes are on the machine, where the launcher is root. */
  readonly boxUsers: BoxUsers;
  /** How long a box may take until it is ready. */
  readonly boxStartMs: number;
  /** Runs at a time. */
  readonly concurrency: number;
  /** A launcher that has sent nothing for this long is killed. */
  readonly leaseMs: number;
}

export interface RunMessage {
  readonly attempt: number;
  readonly run: QueuedRun;
  /** The request that the run answers, if it answers one. */
  readonly request: RequestHead | null;
}

/** What a launcher asks about a request that a run answers; bytes follow those of `write`. */
export type Asking =
  | { readonly ask: 'read' | 'write' | 'end' }
  | ({ readonly ask: 'respond' } & AnswerHead);

export type AskedMessage = { readonly attempt: number } & Asking;

/** What the API tells about it: what was asked for, of `read` with the bytes behind it, or that the client has left. */
export type Told =
  | { readonly ask: 'left' }
  | { readonly ask: Asking['ask']; readonly isEnd: boolean }
  | {
      readonly ask: Asking['ask'];
      readonly refused: { readonly code: string; readonly message: string };
    };

export type ToldMessage = { readonly attempt: number } & Told;

export interface CancelMessage {
  readonly attempt: number;
}

export interface CheckMessage {
  readonly attempt: number;
  readonly script: Parameters<Check>[0];
}

export interface WatchMessage {
  readonly attempt: number;
  readonly isWatched: boolean;
}

interface CheckedMessage {
  readonly attempt: number;
  readonly problems: readonly Problem[];
}

interface EventMessage {
  readonly attempt: number;
  readonly event: RunEvent;
}

/** A picture, whose JPEG is the bytes part. */
interface PageMessage {
  readonly attempt: number;
  readonly page: number;
  readonly time: string;
}

/** A question without the value to be kept, which is the bytes part. */
export type KvAskedMessage = {
  readonly attempt: number;
  /** Numbers the questions of this launcher. */
  readonly call: number;
} & WithoutValue<KvQuestion>;

type WithoutValue<Question> = Question extends unknown ? Omit<Question, 'value'> : never;

/** The answer to a question, or why there is none. */
export type KvToldMessage = { readonly call: number } & (
  | { readonly answer: unknown; readonly hasValue: boolean }
  | { readonly refused: { readonly code: string; readonly message: string } }
);

/** An error of the launcher: the fields of a `CastellanError`. */
export interface Failure {
  /** Null for an internal error. */
  readonly code: ErrorCode | null;
  readonly detail: string;
  readonly fix: string | null;
  readonly option: string | null;
}

/** Why an attempt or a check could not be completed. */
interface FailedMessage extends Failure {
  readonly attempt: number;
  readonly kind: LaunchFailure;
}

interface ReadyMessage {
  /** By the name of the policy. */
  readonly offers: Readonly<Record<string, Offer>>;
}

interface BeatMessage {
  /** By the name of the policy. */
  readonly pools: Readonly<Record<string, PoolState>>;
}

/** Messages of a launcher, by the type of the frame. */
export interface LauncherMessages {
  readonly [launcherFrames.ready]: ReadyMessage;
  /** Why no sandbox could be made. */
  readonly [launcherFrames.unable]: Failure;
  readonly [launcherFrames.beat]: BeatMessage;
  readonly [launcherFrames.event]: EventMessage;
  readonly [launcherFrames.failed]: FailedMessage;
  readonly [launcherFrames.checked]: CheckedMessage;
  readonly [launcherFrames.page]: PageMessage;
  readonly [launcherFrames.kvAsked]: KvAskedMessage;
  readonly [launcherFrames.asked]: AskedMessage;
}

const Mi = 2 ** 20;

const jsonOnly = (json: number): FrameCaps => ({ json, bytes: 0 });

/** Frames for the launcher: the largest is a run with its source and params. */
export const apiCaps: FrameCap = (type) => {
  if (type === launcherFrames.kvTold) return { json: 4 * Mi, bytes: valueBytes };
  if (type === launcherFrames.told) return { json: 64 * 1_024, bytes: caps.exchangePiece };
  const isKnown = type >= launcherFrames.configure && type <= launcherFrames.watch;
  return isKnown ? jsonOnly(256 * Mi) : undefined;
};

/** Frames from the launcher: the largest is an event with a long line, or with a value. */
export const launcherCaps: FrameCap = (type) => ofLauncher[type];

const ofLauncher: Readonly<Record<number, FrameCaps>> = {
  [launcherFrames.ready]: jsonOnly(64 * Mi),
  [launcherFrames.unable]: jsonOnly(16 * Mi),
  [launcherFrames.beat]: jsonOnly(Mi),
  [launcherFrames.event]: upTo(256 * Mi),
  [launcherFrames.failed]: jsonOnly(16 * Mi),
  [launcherFrames.checked]: jsonOnly(16 * Mi),
  [launcherFrames.kvAsked]: { json: 16 * keyBytes, bytes: valueBytes },
  [launcherFrames.asked]: { json: 2 * caps.headerText + 64 * 1_024, bytes: caps.exchangePiece },
  [launcherFrames.page]: { json: 1_024, bytes: recordBounds.frameBytes.most },
};
