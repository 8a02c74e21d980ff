import type { Run, RunEvent } from '@castellan/protocol';
import { useEffect, useState } from 'preact/hooks';
import { Artifacts } from '../results/artifacts.tsx';
import { Details } from '../results/details.tsx';
import { ScriptError } from '../results/error.tsx';
import { shownText } from '../results/filter.ts';
import { Log } from '../results/log.tsx';
import { Requests } from '../results/requests.tsx';
import { Status } from '../results/status.tsx';
import { Value } from '../results/value.tsx';
import { LiveRun } from '../run/live-run.ts';
import { useStore } from '../state/store.ts';
import { Tabs } from '../state/tabs.tsx';
import type { Looking } from './looking.ts';
import { Failed } from './failed.tsx';
import { Link } from './link.tsx';
import { failureOf } from './live.ts';
import { noWish, placeOf, useGo } from './place.ts';
import { Time } from './time.tsx';

const shownEvents = 500;

/** One run: what it said and did, as it happens and after. */
export function RunView({ session, you, id }: Looking & { id: string }) {
  const go = useGo();
  const [live] = useState(() => new LiveRun());
  const [tab, setTab] = useState('log');
  const [refused, setRefused] = useState<ReturnType<typeof failureOf> | null>(null);
  useStore(live);
  useEffect(() => {
    void live.resume(session.client, id);
    return () => live.leave();
  }, [live]);
  const { run, lines, events, requests, progress } = live;
  const failure = refused ?? live.failure;
  useEffect(() => {
    if (failure?.status === 401) session.refuse(failure);
  }, [failure]);
  const again = async (): Promise<void> => {
    try {
      const { id: next } = await session.client.runs.again(id);
      go(placeOf({ run: next }));
    } catch (error) {
      setRefused(failureOf(error));
    }
  };
  const mayWrite = you.scopes.includes('runs:write');
  const artifacts = [...live.artifacts.values()];
  return (
    <>
      <h2 class="id">{id}</h2>
      <div class="state">
        {run === null ? null : <Status run={run} live={live} />}
        {progress !== null && (
          <label class="progress">
            <progress value={progress.fraction} />
            <bdi>{shownText(progress.text)}</bdi>
          </label>
        )}
        <span class="grow" />
        {run !== null && mayWrite && live.isGoing && (
          <button type="button" class="stop" onClick={() => void live.cancel()}>
            Cancel
          </button>
        )}
        {run !== null && mayWrite && (
          <button type="button" onClick={() => void again()}>
            Run again
          </button>
        )}
      </div>
      <Failed failure={failure} />
      {run?.error != null && <ScriptError error={run.error} files={[]} />}
      {run !== null && (
        <section class="parts" aria-label="Parts of the run">
          <Tabs
            label="Parts of the run"
            active={tab}
            onChoose={setTab}
            tabs={[
              { id: 'log', label: 'Log', count: lines.length },
              { id: 'value', label: 'Value' },
              { id: 'artifacts', label: 'Artifacts', count: artifacts.length },
              { id: 'requests', label: 'Requests', count: requests.length },
              { id: 'details', label: 'Run' },
              { id: 'events', label: 'Events', count: events.length },
            ]}
          >
            {tab === 'log' && <Log lines={lines} startedAt={run.startedAt} />}
            {tab === 'value' &&
              (run.finishedAt === null ? (
                <p class="muted empty">No value yet.</p>
              ) : (
                <Value value={run.value} />
              ))}
            {tab === 'artifacts' && (
              <Artifacts artifacts={artifacts} bytes={(name) => live.bytes(name)} />
            )}
            {tab === 'requests' && <Requests requests={requests} />}
            {tab === 'details' && (
              <>
                <Facts run={run} />
                <Details run={run} />
              </>
            )}
            {tab === 'events' && <Events events={events} />}
          </Tabs>
        </section>
      )}
    </>
  );
}

/** What a run is found by, each of it a way to its like. */
function Facts({ run }: { run: Run }) {
  const { tenant, policy, labels, createdAt, startedAt, finishedAt, exitCode } = run;
  return (
    <div class="details">
      <h3>Found by</h3>
      <dl>
        <dt>Tenant</dt>
        <dd>
          <Link to={{ wanted: { ...noWish, tenant } }}>{tenant}</Link>
        </dd>
        <dt>Policy</dt>
        <dd>
          <Link to={{ wanted: { ...noWish, policy } }}>{policy}</Link>
        </dd>
        {Object.entries(labels).map(([name, value]) => (
          <>
            <dt>
              <bdi>{shownText(name)}</bdi>
            </dt>
            <dd>
              <Link to={{ wanted: { ...noWish, label: `${name}=${value}` } }}>
                <bdi>{shownText(value)}</bdi>
              </Link>
            </dd>
          </>
        ))}
        <dt>Created</dt>
        <dd>
          <Time at={createdAt} />
        </dd>
        {startedAt !== null && (
          <>
            <dt>Started</dt>
            <dd>
              <Time at={startedAt} />
            </dd>
          </>
        )}
        {finishedAt !== null && (
          <>
            <dt>Ended</dt>
            <dd>
              <Time at={finishedAt} />
            </dd>
          </>
        )}
        {exitCode !== null && (
          <>
            <dt>Exit code</dt>
            <dd>{exitCode}</dd>
          </>
        )}
      </dl>
    </div>
  );
}

function Events({ events }: { events: readonly RunEvent[] }) {
  if (events.length === 0) return <p class="muted empty">No events.</p>;
  return (
    <div class="table" tabIndex={0} role="region" aria-label="Events">
      {events.length > shownEvents && (
        <p class="muted">{`The last ${shownEvents} of ${events.length}.`}</p>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">No.</th>
            <th scope="col">Time</th>
            <th scope="col">Event</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {events.slice(-shownEvents).map((event) => (
            <tr key={event.seq}>
              <td>{event.seq}</td>
              <td>{'time' in event && <Time at={event.time} />}</td>
              <td>{event.type}</td>
              <td>
                <bdi class="address">{shownText(whatOf(event)).slice(0, 300)}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function whatOf(event: RunEvent): string {
  switch (event.type) {
    case 'log':
      return `${event.level} ${event.text}`;
    case 'progress':
      return `${Math.round(event.fraction * 100)} % ${event.text}`;
    case 'artifact':
      return `${event.artifact.name}, ${event.artifact.sizeBytes} bytes`;
    case 'network':
      return `${event.request.method} ${event.request.url}: ${event.request.outcome}`;
    case 'run.finished':
      return event.run.status;
    default:
      return '';
  }
}
