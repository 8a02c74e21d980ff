import {
  caps,
  errorCaps,
  field,
  type Fields,
  type Frame,
  FrameError,
  isJpeg,
  listField,
  objectField,
  orNullField,
  parseObject,
  formField,
  textField,
  wholeField,
  wordField,
  wordsField,
} from '@castellan/protocol/frames';
import {
  CastellanError,
  drivers,
  engines,
  errorTable,
  namesOf,
  type PagePicture,
  type Problem,
  reasons,
} from '@castellan/protocol';
import { type JsonCaps, nodesFor } from '@castellan/protocol/json';
import type { Offer } from '../policies/offer.ts';
import { type AttemptEvent, type LaunchFailure, launchFailures } from '../runs/contract/launch.ts';
import type { KvQuestion } from '../kv/kv.ts';
import { type Question, readQuestion } from './carry.ts';
import { readEvent } from './inbound-event.ts';
import { readKvQuestion } from './inbound-kv.ts';
import { asFields, long, short, stamp, textsField, unbounded } from './inbound-parts.ts';
import { type Failure, launcherFrames } from './messages.ts';
import type { PoolState } from '../runs/contract/launchers.ts';

/**
 * What the launcher says, checked. It is ours, but it reads what boxes send: each known key is read
 * and bounded on its own and copied. Unknown keys are not looked at.
 */
export type LauncherMessage =
  | { readonly type: 'ready'; readonly offers: ReadonlyMap<string, Offer> }
  | { readonly type: 'beat'; readonly pools: Readonly<Record<string, PoolState>> }
  | { readonly type: 'unable'; readonly failure: Failure }
  | { readonly type: 'checked'; readonly attempt: number; readonly problems: readonly Problem[] }
  | { readonly type: 'event'; readonly attempt: number; readonly event: AttemptEvent }
  | {
      readonly type: 'kvAsked';
      readonly attempt: number;
      readonly call: number;
      readonly question: KvQuestion;
    }
  | { readonly type: 'asked'; readonly question: Question }
  | { readonly type: 'page'; readonly attempt: number; readonly picture: PagePicture }
  | {
      readonly type: 'failed';
      readonly attempt: number;
      readonly kind: LaunchFailure;
      readonly failure: Failure;
    };

/** Levels of a run in its frame: the deepest are causes of its error. */
const deepest = errorCaps.depth + 4;

/** Fields of a run without its value, and of its artifacts. */
const ofTheRun = 2 ** 16;

/** Values and keys of the modules that policies offer, with name, version and license of each package. */
const ofOffers = 2 ** 22;

/** Values and keys of the pools of all policies. */
const ofPools = 2 ** 16;

function capsOf(type: number, { length }: string): JsonCaps {
  switch (type) {
    case launcherFrames.event:
      return { depth: deepest, nodes: nodesFor(length) + ofTheRun };
    case launcherFrames.ready:
      return { depth: 5, nodes: ofOffers };
    case launcherFrames.beat:
      return { depth: 3, nodes: ofPools };
    case launcherFrames.checked:
      return { depth: 3, nodes: 16 * caps.problems };
    case launcherFrames.asked:
      return { depth: 3, nodes: 32 + 4 * caps.headers };
    default:
      return { depth: 1, nodes: 32 };
  }
}

/** Throws `FrameError` for anything that the launcher would never send. */
export function readLauncherMessage({ type, json, bytes }: Frame): LauncherMessage {
  const fields = parseObject(json, capsOf(type, json));
  switch (type) {
    case launcherFrames.beat:
      return { type: 'beat', pools: readPools(objectField(fields, 'pools')) };
    case launcherFrames.ready:
      return { type: 'ready', offers: readOffers(objectField(fields, 'offers')) };
    case launcherFrames.unable:
      return { type: 'unable', failure: readFailure(fields) };
    case launcherFrames.event: {
      const event = readEvent(objectField(fields, 'event'), bytes);
      return { type: 'event', attempt: wholeField(fields, 'attempt'), event };
    }
    case launcherFrames.checked: {
      const problems = listField(fields, 'problems', caps.problems, readProblem);
      return { type: 'checked', attempt: wholeField(fields, 'attempt'), problems };
    }
    case launcherFrames.kvAsked: {
      const [attempt, call] = [wholeField(fields, 'attempt'), wholeField(fields, 'call')];
      return { type: 'kvAsked', attempt, call, question: readKvQuestion(fields, bytes) };
    }
    case launcherFrames.asked:
      return { type: 'asked', question: readQuestion(fields, bytes) };
    case launcherFrames.page: {
      if (!isJpeg(bytes)) throw new FrameError('a picture that is no JPEG');
      const picture = {
        page: wholeField(fields, 'page'),
        time: textField(fields, 'time', stamp),
        jpeg: bytes,
      };
      return { type: 'page', attempt: wholeField(fields, 'attempt'), picture };
    }
    case launcherFrames.failed: {
      const kind = wordField(fields, 'kind', launchFailures);
      const failure = readFailure(fields);
      return { type: 'failed', attempt: wholeField(fields, 'attempt'), kind, failure };
    }
    default:
      throw new FrameError(`frame of unknown type ${type}`);
  }
}

/** Sentences are cut short: better half of one than a launcher that is killed for it. */
function readFailure(fields: Fields): Failure {
  const cut = (key: string): string => textField(fields, key, unbounded).slice(0, short);
  return {
    code: orNullField(fields, 'code', (key) => wordField(fields, key, namesOf(errorTable))),
    detail: cut('detail'),
    fix: orNullField(fields, 'fix', cut),
    option: orNullField(fields, 'option', cut),
  };
}

/** A failure as the error that it was in the launcher. */
export function errorOf({ code, detail, fix, option }: Failure): Error {
  return code === null ? new Error(detail) : new CastellanError(code, detail, { fix, option });
}

const problemCodes = [...namesOf(reasons), 'unknown_global'] as const;

function readProblem(value: unknown): Problem {
  const fields = asFields(value, 'problems');
  const place = (key: string): number | null =>
    orNullField(fields, key, () => wholeField(fields, key));
  const specifier = orNullField(fields, 'specifier', (key) => textField(fields, key, short));
  return {
    code: wordField(fields, 'code', problemCodes),
    message: textField(fields, 'message', long),
    file: orNullField(fields, 'file', (key) => textField(fields, key, short)),
    line: place('line'),
    column: place('column'),
    ...(specifier === null ? {} : { specifier }),
  };
}

function readPools(fields: Fields): Readonly<Record<string, PoolState>> {
  return Object.fromEntries(
    Object.keys(fields).map((policy) => {
      const pool = asFields(field(fields, policy), policy);
      const [ready, kept, running, waiting] = (
        ['ready', 'kept', 'running', 'waiting'] as const
      ).map((key) => wholeField(pool, key)) as [number, number, number, number];
      return [policy, { ready, kept, running, waiting }];
    }),
  );
}

function readOffers(fields: Fields): ReadonlyMap<string, Offer> {
  return new Map(
    Object.keys(fields).map((policy) => [
      policy,
      readOffer(asFields(field(fields, policy), policy)),
    ]),
  );
}

/** The API sends this file to whoever asks, so that it is of the kind that the press writes, and no other. */
const typesFile = /^\/(?:(?!\.{1,2}\/)[^/\0]+\/)+[\w.+-]+\.types\.json\.gz$/;

/** Names of packages and modules: a runtime with more of them would not be built. */
const mostModules = 100_000;

function readOffer(fields: Fields): Offer {
  return {
    engine: wordField(fields, 'engine', namesOf(engines)),
    runtime: orNullField(fields, 'runtime', (key) => textField(fields, key, short)),
    packages: listField(fields, 'packages', mostModules, (value) => {
      const each = asFields(value, 'packages');
      return {
        name: textField(each, 'name', short),
        version: textField(each, 'version', short),
        license: textField(each, 'license', short),
        types: orNullField(each, 'types', (key) => formField(each, key, typesFile)),
      };
    }),
    builtins: textsField(fields, 'builtins', mostModules),
    modules: textsField(fields, 'modules', mostModules),
    driver: wordField(fields, 'driver', namesOf(drivers)),
    drivers: wordsField(fields, 'drivers', namesOf(drivers)),
    helpers: textsField(fields, 'helpers', mostModules),
  };
}
