import { useEffect, useRef, useState } from 'preact/hooks';
import type { Run } from '@castellan/protocol';
import { HereRun } from '../run/here-run.ts';
import type { LiveRun } from '../run/live-run.ts';
import type { Writing } from '../script/draft.ts';
import type { History } from '../script/history.ts';
import { Tabs } from '../state/tabs.tsx';
import { useStore } from '../state/store.ts';
import { Artifacts } from './artifacts.tsx';
import { Details } from './details.tsx';
import { type Jump, ScriptError } from './error.tsx';
import { Here } from './here.tsx';
import { Log } from './log.tsx';
import { Pages } from './pages.tsx';
import { Past } from './past.tsx';
import { Refusal } from './refusal.tsx';
import { Requests } from './requests.tsx';
import { Status } from './status.tsx';
import { Value } from './value.tsx';

interface Props {
  readonly live: LiveRun | HereRun | null;
  readonly past: History;
  /** What was run, as far as this tab knows. */
  readonly writing: Writing;
  /** Whether a run may have a browser. */
  readonly hasBrowser: (run: Run) => boolean;
  readonly onJump: Jump;
  readonly onOpen: (id: string) => void;
  readonly onAgain: () => void;
  readonly onClear: () => void;
  readonly onRestore: (writing: Writing) => void;
}

/** What comes of a run, while it happens and after. */
export function Results(props: Props) {
  const { live, past } = props;
  const place = useRef<HTMLElement>(null);
  // A person who folds the picture of one run wants none of the next.
  const [showsPages, setShowsPages] = useState(true);
  // On a phone the result is below the script.
  useEffect(() => {
    if (live !== null && matchMedia('(max-width: 860px)').matches) place.current?.scrollIntoView();
  }, [live]);
  return (
    <section class="results" aria-label="Result" ref={place}>
      {live === null ? (
        <div class="empty">
          <p class="muted">
            Nothing has been run. Ctrl and Enter runs the script on the service; with Shift, what is
            text only runs in this browser.
          </p>
          <Past past={past} onOpen={props.onOpen} onRestore={props.onRestore} />
        </div>
      ) : (
        <Following
          key={live.key}
          {...props}
          live={live}
          showsPages={showsPages}
          onPages={setShowsPages}
        />
      )}
    </section>
  );
}

function Following({
  live,
  past,
  writing,
  onJump,
  onOpen,
  onAgain,
  onClear,
  onRestore,
  hasBrowser,
  showsPages,
  onPages,
}: Props & { live: LiveRun | HereRun; showsPages: boolean; onPages: (isOpen: boolean) => void }) {
  useStore(live);
  const [tab, setTab] = useState('log');
  const { run, failure, lines, progress } = live;
  // What ran here makes no artifacts and no requests.
  const there = live instanceof HereRun ? null : live;
  const submitted = there?.submitted;
  const artifacts = [...(there?.artifacts.values() ?? [])];
  const isEnded = run?.finishedAt != null;
  // A run that said nothing is looked at for its value.
  useEffect(() => {
    if (live.isComplete && lines.length === 0 && run?.error === null) setTab('value');
  }, [live.isComplete]);
  return (
    <>
      <div class="state">
        <Status run={run} live={live} />
        {progress !== null && (
          <label class="progress">
            <progress value={progress.fraction} />
            <bdi>{progress.text}</bdi>
          </label>
        )}
        <span class="grow" />
        <button type="button" onClick={onClear}>
          Close
        </button>
      </div>
      {live instanceof HereRun && failure === null && <Here run={live.run} />}
      {failure !== null && <Refusal failure={failure} onAgain={onAgain} />}
      {run?.error != null && (
        <ScriptError error={run.error} files={writing.files} onJump={onJump} />
      )}
      {submitted?.finishedAt === null && hasBrowser(submitted) && (
        <Pages run={submitted} isGoing={live.isGoing} isOpen={showsPages} onOpen={onPages} />
      )}
      <Tabs
        label="Parts of the result"
        active={tab}
        onChoose={setTab}
        tabs={[
          { id: 'log', label: 'Log', count: lines.length },
          { id: 'value', label: 'Value' },
          ...(there === null
            ? []
            : [
                { id: 'artifacts', label: 'Artifacts', count: artifacts.length },
                { id: 'requests', label: 'Requests', count: there.requests.length },
              ]),
          { id: 'details', label: 'Run' },
          { id: 'past', label: 'History' },
        ]}
      >
        {tab === 'log' && <Log lines={lines} startedAt={run?.startedAt ?? null} />}
        {tab === 'log' && run?.status === 'succeeded' && (
          <button type="button" class="glance" onClick={() => setTab('value')}>
            Value <code>{JSON.stringify(run.value).slice(0, 300)}</code>
          </button>
        )}
        {tab === 'value' &&
          (isEnded ? <Value value={run.value} /> : <p class="muted empty">No value yet.</p>)}
        {tab === 'artifacts' && there !== null && (
          <Artifacts artifacts={artifacts} bytes={(name) => there.bytes(name)} />
        )}
        {tab === 'requests' && there !== null && <Requests requests={there.requests} />}
        {tab === 'details' &&
          (isEnded ? <Details run={run} /> : <p class="muted empty">It has not ended.</p>)}
        {tab === 'past' && <Past past={past} onOpen={onOpen} onRestore={onRestore} />}
      </Tabs>
    </>
  );
}
