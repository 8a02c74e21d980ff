import {
  bad,
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
} from '@castellan/protocol/frames';
import {
  drivers,
  engines,
  type Isolation,
  type Json,
  layers,
  limitTable,
  namesOf,
  reasons,
  reuses,
  type Run,
  runStatuses,
  statusOf,
} from '@castellan/protocol';
import { readArtifact, short, stamp, unbounded } from './inbound-parts.ts';

/** A run that has ended, without its lines: each came as an event of its own. */
export function readRun(fields: Fields): Run {
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
    value: readValue(fields),
    error: orNullField(fields, 'error', (key) => readRunError(field(fields, key))),
    logs: listField(fields, 'logs', 0, () => {
      throw bad('logs');
    }),
    truncated: { logs: flagField(objectField(fields, 'truncated'), 'logs') },
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

const timings = ['queueMs', 'boxMs', 'compileMs', 'runMs', 'totalMs'] as const;
const usage = [
  ...(['cpuMs', 'memoryPeakBytes', 'outputBytes', 'networkRequests', 'networkBytes'] as const),
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

/** Any JSON, as deep as a frame of an event may be. */
function readValue(fields: Fields): Json {
  const value = field(fields, 'value') as Json | undefined;
  if (value === undefined) throw bad('value');
  return value;
}

function readIsolation(fields: Fields): Isolation {
  const layerNames = namesOf(layers);
  return {
    driver: orNullField(fields, 'driver', (key) => wordField(fields, key, namesOf(drivers))),
    engine: wordField(fields, 'engine', namesOf(engines)),
    reuse: wordField(fields, 'reuse', namesOf(reuses)),
    layers: listField(fields, 'layers', layerNames.length, (value) => {
      const found = layerNames.find((name) => name === value);
      if (found === undefined) throw bad('layers');
      return found;
    }),
  };
}

function readLabels(fields: Fields): Run['labels'] {
  const labels = Object.keys(fields).map((name) => [name, textField(fields, name, short)] as const);
  return Object.fromEntries(labels);
}
