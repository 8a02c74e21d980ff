import {
  bad,
  caps,
  decodeText,
  field,
  type Fields,
  flagField,
  formField,
  listField,
  objectField,
  orNullField,
  readRunError,
  textField,
  wholeField,
  wordField,
  wordsField,
} from '@castellan/protocol/frames';
import {
  drivers,
  engines,
  type Isolation,
  layers,
  limitTable,
  namesOf,
  reasons,
  reuses,
  type Run,
  runStatuses,
  statusOf,
  type Truncated,
} from '@castellan/protocol';
import { exceededCap, JsonText, mostNames, nodesFor } from '@castellan/protocol/json';
import type { EndedRun } from '../runs/contract/launch.ts';
import { readArtifact, short, stamp, unbounded } from './inbound-parts.ts';

/**
 * A run that has ended, without its lines: each came as an event of its own. The value is in `bytes`
 * and stays text.
 */
export function readRun(fields: Fields, bytes: Uint8Array): EndedRun {
  const reason = orNullField(fields, 'reason', (key) => wordField(fields, key, namesOf(reasons)));
  const status = wordField(fields, 'status', namesOf(runStatuses));
  if (status !== statusOf(reason)) throw bad('status');
  const text = (key: string): string => textField(fields, key, short);
  return {
    id: formField(fields, 'id', /^run_[0-9a-f]{32}$/),
    status,
    reason,
    exitCode: orNullField(fields, 'exitCode', (key) => wholeField(fields, key)),
    attempt: wholeField(fields, 'attempt'),
    value: readValue(bytes),
    error: orNullField(fields, 'error', (key) => readRunError(field(fields, key))),
    logs: listField(fields, 'logs', 0, () => {
      throw bad('logs');
    }),
    truncated: readTruncated(objectField(fields, 'truncated')),
    artifacts: listField(fields, 'artifacts', unbounded, readArtifact),
    timings: numbers(objectField(fields, 'timings'), timings),
    usage: numbers(objectField(fields, 'usage'), usage),
    isolation: readIsolation(objectField(fields, 'isolation')),
    limits: numbers(objectField(fields, 'limits'), namesOf(limitTable)),
    policy: text('policy'),
    runtime: orNullField(fields, 'runtime', text),
    tenant: text('tenant'),
    labels: readLabels(objectField(fields, 'labels')),
    queue: { position: wholeField(objectField(fields, 'queue'), 'position') },
    createdAt: textField(fields, 'createdAt', stamp),
    startedAt: orNullField(fields, 'startedAt', (key) => textField(fields, key, stamp)),
    finishedAt: textField(fields, 'finishedAt', stamp),
  };
}

function readTruncated(fields: Fields): Truncated {
  return {
    logs: flagField(fields, 'logs'),
    networkRequests: flagField(fields, 'networkRequests'),
    networkBytes: flagField(fields, 'networkBytes'),
  };
}

const timings = ['queueMs', 'boxMs', 'compileMs', 'runMs', 'totalMs'] as const;
const usage = [
  'cpuMs',
  'memoryPeakBytes',
  'browserCpuMs',
  'outputBytes',
  'networkRequests',
  'networkBytes',
] as const;

function numbers<const Name extends string>(
  fields: Fields,
  names: readonly Name[],
): Readonly<Record<Name, number>> {
  const read = names.map((name) => {
    const value = field(fields, name);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw bad(name);
    return [name, value] as const;
  });
  return Object.fromEntries(read) as Record<Name, number>;
}

/** Any JSON, as much of it as a box may send. It is parsed only to see that it can be. */
function readValue(bytes: Uint8Array): JsonText | null {
  const text = decodeText(bytes);
  const most = { depth: caps.jsonDepth + 1, nodes: nodesFor(text.length), names: mostNames };
  if (exceededCap(text, most) !== null) throw bad('value');
  try {
    return JSON.parse(text) === null ? null : new JsonText(text);
  } catch {
    throw bad('value');
  }
}

function readIsolation(fields: Fields): Isolation {
  return {
    driver: orNullField(fields, 'driver', (key) => wordField(fields, key, namesOf(drivers))),
    engine: wordField(fields, 'engine', namesOf(engines)),
    reuse: wordField(fields, 'reuse', namesOf(reuses)),
    layers: wordsField(fields, 'layers', namesOf(layers)),
  };
}

function readLabels(fields: Fields): Run['labels'] {
  const labels = Object.keys(fields).map((name) => [name, textField(fields, name, short)] as const);
  return Object.fromEntries(labels);
}
