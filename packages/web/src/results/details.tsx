import { layers, type LimitName, type Limits, limitTable, namesOf } from '@castellan/protocol';
import { sizeOf, timeOf } from '../look/quantities.ts';
import type { ShownRun } from '../run/followed-run.ts';
import { wallsHere } from './here.tsx';

/** What each wall is, on a service and in a browser. */
const sentences: Readonly<Record<string, string>> = {
  ...Object.fromEntries(namesOf(layers).map((name) => [name, layers[name].sentence])),
  ...wallsHere,
};
const unmeasured = 'cannot be measured here';

const phases = {
  queueMs: 'waiting for a slot',
  boxMs: 'getting a box',
  compileMs: 'compiling',
  runMs: 'running',
} as const;

/** Where the time went, what was used, and which walls stood. */
export function Details({ run }: { run: ShownRun }) {
  return (
    <div class="details">
      <h3>Time: {timeOf(run.timings.totalMs)}</h3>
      <Timings run={run} />
      <h3>Walls</h3>
      <Walls run={run} />
      <h3>Used</h3>
      <dl>
        <dt>Processor</dt>
        <dd>{run.usage.cpuMs === null ? unmeasured : timeOf(run.usage.cpuMs)}</dd>
        <dt>Memory at most</dt>
        <dd>
          {run.usage.memoryPeakBytes === null ? unmeasured : sizeOf(run.usage.memoryPeakBytes)}
        </dd>
        <dt>Log</dt>
        <dd>{sizeOf(run.usage.outputBytes)}</dd>
        <dt>Network</dt>
        <dd>{`${run.usage.networkRequests} requests, ${sizeOf(run.usage.networkBytes)}`}</dd>
      </dl>
      <h3>Limits</h3>
      <dl>
        {namesOf(limitTable)
          .filter((name) => name in run.limits)
          .map((name) => (
            <Limit key={name} name={name} value={(run.limits as Limits)[name]} />
          ))}
      </dl>
      <h3>Run</h3>
      <dl>
        <dt>Id</dt>
        <dd>{run.id}</dd>
        {/* In a browser there are none. */}
        {run.isolation.engine !== 'worker' && (
          <>
            <dt>Policy</dt>
            <dd>{run.policy}</dd>
            <dt>Runtime</dt>
            <dd>{run.runtime ?? 'no packages'}</dd>
          </>
        )}
        <dt>Attempt</dt>
        <dd>{run.attempt}</dd>
      </dl>
    </div>
  );
}

function Timings({ run: { timings } }: { run: ShownRun }) {
  const parts = namesOf(phases).map((name) => ({ name, ms: timings[name], text: phases[name] }));
  return (
    <>
      <div class="phases" aria-hidden="true">
        {parts.map(({ name, ms }) => (
          <span key={name} class={name} style={{ flexGrow: ms }} />
        ))}
      </div>
      <ul class="legend">
        {parts.map(({ name, ms, text }) => (
          <li key={name}>
            <span class={`swatch ${name}`} aria-hidden="true" />
            {`${text} ${timeOf(ms)}`}
          </li>
        ))}
      </ul>
    </>
  );
}

function Walls({ run: { isolation } }: { run: ShownRun }) {
  const { driver, engine, reuse } = isolation;
  if (driver === null) return <p class="muted">No box yet.</p>;
  return (
    <>
      <p>
        {`Built by ${driver}, engine ${engine}, process used ${reuse === 'never' ? 'once' : `again by the same ${reuse === 'context' ? 'version of a function' : reuse}`}. Proved on the running box:`}
      </p>
      <dl class="walls">
        {isolation.layers.map((layer) => (
          <div key={layer}>
            <dt>{layer}</dt>
            <dd>{sentences[layer]}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Limit({ name, value }: { name: LimitName; value: number }) {
  const { unit } = limitTable[name];
  const shown = { ms: timeOf, bytes: sizeOf, count: String }[unit](value);
  return (
    <>
      <dt>{name}</dt>
      <dd>{shown}</dd>
    </>
  );
}
