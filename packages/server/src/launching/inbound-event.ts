import {
  bad,
  field,
  type Fields,
  numberField,
  objectField,
  orNullField,
  textField,
  wholeField,
  wordField,
} from '@castellan/protocol/frames';
import {
  logLevels,
  namesOf,
  type NetworkEntry,
  networkCodes,
  networkOutcomes,
  type RunEvent,
  type RunEventType,
} from '@castellan/protocol';
import type { AttemptEvent } from '../runs/contract/launch.ts';
import { readArtifact, short, stamp, unbounded } from './inbound-parts.ts';
import { readRun } from './inbound-run.ts';

type Read = (fields: Fields, at: Stamp, bytes: Uint8Array) => AttemptEvent;
type Stamp = Pick<RunEvent, 'seq' | 'time'>;

/** A reader for each type of event; null for what no launcher sends. */
const readers: Readonly<Record<RunEventType, Read | null>> = {
  'run.queued': null,
  'run.started': (_fields, at) => ({ type: 'run.started', ...at }),
  log: (fields, at) => ({
    type: 'log',
    ...at,
    stream: wordField(fields, 'stream', ['stdout', 'stderr']),
    level: wordField(fields, 'level', namesOf(logLevels)),
    text: textField(fields, 'text', unbounded),
  }),
  progress: (fields, at) => ({
    type: 'progress',
    ...at,
    fraction: numberField(fields, 'fraction'),
    text: textField(fields, 'text', short),
  }),
  artifact: (fields, at, bytes) => {
    const artifact = readArtifact(field(fields, 'artifact'));
    if (bytes.length !== 0 && bytes.length !== artifact.sizeBytes) throw bad('artifact');
    return { type: 'artifact', ...at, artifact, ...(bytes.length === 0 ? {} : { bytes }) };
  },
  network: (fields, at) => ({
    type: 'network',
    ...at,
    request: readEntry(objectField(fields, 'request')),
  }),
  'run.finished': (fields, at, bytes) => ({
    type: 'run.finished',
    ...at,
    run: readRun(objectField(fields, 'run'), bytes),
  }),
};

/**
 * An event of an attempt, copied; `bytes` is the value of an ended run, or an artifact that nothing keeps.
 * Throws `FrameError`.
 */
export function readEvent(fields: Fields, bytes: Uint8Array): AttemptEvent {
  const read = readers[wordField(fields, 'type', namesOf(readers))];
  if (read === null) throw bad('type');
  const at = { seq: wholeField(fields, 'seq'), time: textField(fields, 'time', stamp) };
  return read(fields, at, bytes);
}

function readEntry(fields: Fields): NetworkEntry {
  return {
    seq: wholeField(fields, 'seq'),
    time: textField(fields, 'time', stamp),
    method: textField(fields, 'method', short),
    url: textField(fields, 'url', short),
    host: textField(fields, 'host', short),
    address: orNullField(fields, 'address', (key) => textField(fields, key, short)),
    status: orNullField(fields, 'status', (key) => wholeField(fields, key)),
    durationMs: numberField(fields, 'durationMs'),
    requestBytes: wholeField(fields, 'requestBytes'),
    responseBytes: wholeField(fields, 'responseBytes'),
    outcome: wordField(fields, 'outcome', namesOf(networkOutcomes)),
    code: orNullField(fields, 'code', (key) => wordField(fields, key, namesOf(networkCodes))),
    reason: orNullField(fields, 'reason', (key) => textField(fields, key, short)),
  };
}
