import {
  type Artifact,
  engines,
  type ErrorCode,
  errorTable,
  logLevels,
  namesOf,
  type Problem,
  type Run,
  reasons,
  type RunEvent,
  type RunEventType,
  statusOf,
} from '@castellan/protocol';
import { type Frame, FrameError } from '@castellan/protocol/frames';

import type { Offer } from '../policies/offer.ts';
import type { LaunchFailure } from '../runs/launch.ts';
import { launcherFrames } from './messages.ts';

/**
 * A validated message from the launcher. The launcher handles data of boxes, so each message is
 * checked.
 */
export type Inbound =
  | { readonly type: 'ready'; readonly offers: ReadonlyMap<string, Offer> }
  | { readonly type: 'beat' }
  | { readonly type: 'unable'; readonly code: ErrorCode | null; readonly message: string }
  | { readonly type: 'checked'; readonly attempt: number; readonly problems: readonly Problem[] }
  | { readonly type: 'event'; readonly attempt: number; readonly event: RunEvent }
  | {
      readonly type: 'failed';
      readonly attempt: number;
      readonly failure: LaunchFailure;
      readonly message: string;
    };

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

/** Throws `FrameError` for anything that a launcher never sends. */
export function readInbound({ type, json }: Frame): Inbound {
  if (type === launcherFrames.beat) return { type: 'beat' };
  const fields = object(JSON.parse(json));
  if (type === launcherFrames.ready) return { type: 'ready', offers: readOffers(fields['offers']) };
  if (type === launcherFrames.unable) {
    const known = Object.keys(errorTable) as ErrorCode[];
    const code = known.find((each) => each === fields['code']) ?? null;
    return { type: 'unable', code, message: String(fields['message']).slice(0, 4_096) };
  }
  const { attempt } = fields;
  if (!isCount(attempt)) throw new FrameError('a launcher spoke of no attempt');
  if (type === launcherFrames.event) {
    return { type: 'event', attempt: attempt as number, event: readEvent(fields['event']) };
  }
  if (type === launcherFrames.checked) {
    const { problems } = fields;
    const hasProblems = Array.isArray(problems) && problems.every(isProblem);
    if (!hasProblems) throw new FrameError('a launcher checked a script and found no list');
    return { type: 'checked', attempt: attempt as number, problems: problems as Problem[] };
  }
  const failure = failures.find((known) => known === fields['failure']);
  if (failure === undefined) throw new FrameError('a launcher failed for no known reason');
  const message = String(fields['message']).slice(0, 4_096);
  return { type: 'failed', attempt: attempt as number, failure, message };
}

const failures: readonly LaunchFailure[] = ['lost', 'busy', 'box_failed', 'refused'];

const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isObject: Check = (value) => typeof value === 'object' && value !== null;
const matches =
  (form: RegExp): Check =>
  (value) =>
    typeof value === 'string' && form.test(value);

const isOneOf =
  (words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);

const isArtifact: Check = (value) => isObject(value) && hasForm(value as Fields, artifactForm);
const isFinished: Check = (value) => {
  if (!isObject(value) || !hasForm(value as Fields, runForm)) return false;
  const { reason, status, finishedAt } = value as Run;
  if (reason !== null && !Object.hasOwn(reasons, reason)) return false;
  return status === statusOf(reason) && typeof finishedAt === 'string';
};

const isProblem: Check = (value) => isObject(value) && hasForm(value as Fields, problemForm);

const problemForm: Readonly<Record<string, Check>> = { code: isText, message: isText };

const artifactForm: Readonly<Record<keyof Omit<Artifact, 'image'>, Check>> = {
  // It becomes a file name.
  id: matches(/^art_[0-9a-f]{32}$/),
  name: matches(/^[^/\\\0]{1,200}$/),
  contentType: isText,
  sizeBytes: isCount,
  sha256: matches(/^[0-9a-f]{64}$/),
  url: isText,
};

const runForm: Readonly<Record<string, Check>> = {
  id: matches(/^run_[0-9a-f]{32}$/),
  status: isText,
  attempt: isCount,
  logs: Array.isArray,
  artifacts: (value) => Array.isArray(value) && value.every(isArtifact),
  timings: isObject,
  usage: isObject,
  isolation: isObject,
};

const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isPackage: Check = (value) => isObject(value) && hasForm(value as Fields, packageForm);
const isOffer: Check = (value) => isObject(value) && hasForm(value as Fields, offerForm);

const packageForm: Readonly<Record<keyof Offer['packages'][number], Check>> = {
  name: isText,
  version: isText,
  license: isText,
};

const offerForm: Readonly<Record<keyof Offer, Check>> = {
  engine: isOneOf(namesOf(engines)),
  runtime: (value) => value === null || isText(value),
  packages: (value) => Array.isArray(value) && value.every(isPackage),
  builtins: isTexts,
  modules: isTexts,
};

function readOffers(value: unknown): ReadonlyMap<string, Offer> {
  const offers = Object.entries(object(value));
  if (offers.every(([, offer]) => isOffer(offer))) return new Map(offers as [string, Offer][]);
  throw new FrameError('a launcher offered no modules');
}

/** The fields of an event besides `type`, `seq` and `time`; null for one that no launcher sends. */
const eventForms: Readonly<Record<RunEventType, Readonly<Record<string, Check>> | null>> = {
  'run.queued': null,
  'run.started': {},
  log: {
    stream: matches(/^std(out|err)$/),
    level: isOneOf(namesOf(logLevels)),
    text: isText,
  },
  progress: { fraction: isNumber, text: isText },
  artifact: { artifact: isArtifact },
  network: { request: isObject },
  'run.finished': { run: isFinished },
};

function readEvent(value: unknown): RunEvent {
  const fields = object(value);
  const { type, seq, time } = fields;
  const form = isEventType(type) ? eventForms[type] : null;
  if (form === null || !isCount(seq) || !isText(time) || !hasForm(fields, form)) {
    throw new FrameError(`a launcher sent an event of type ${String(type).slice(0, 40)} badly`);
  }
  return value as RunEvent;
}

function isEventType(type: unknown): type is RunEventType {
  return typeof type === 'string' && Object.hasOwn(eventForms, type);
}

function hasForm(fields: Fields, form: Readonly<Record<string, Check>>): boolean {
  return Object.entries(form).every(([name, check]) => check(fields[name]));
}

function object(value: unknown): Fields {
  if (isObject(value)) return value as Fields;
  throw new FrameError('a launcher sent no object');
}
