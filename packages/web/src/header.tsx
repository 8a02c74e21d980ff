import { useState } from 'preact/hooks';
import { Choose, ChooseTheme } from './look/choose.tsx';
import type { Theme } from './look/theme.ts';
import type { Unfit } from './here/unfit.ts';
import type { FollowedRun } from './run/followed-run.ts';
import { type Copy, copies } from './script/copy.ts';
import type { Draft } from './script/draft.ts';
import { offeredExamples, writingOf } from './script/examples.ts';
import { linkOf } from './script/share.ts';
import type { Offer, Policy } from './session/offer.ts';
import type { Session } from './session/session.ts';
import { useStore } from './state/store.ts';

interface Props {
  readonly session: Session;
  readonly offer: Offer;
  readonly policy: Policy;
  readonly draft: Draft;
  readonly theme: Theme;
  readonly live: FollowedRun | null;
  readonly canRun: boolean;
  /** Tells of the script that has been put into the editor. */
  readonly onNotice: (text: string) => void;
  /** Why the script cannot run in this browser. */
  readonly unfit: Unfit | null;
  readonly onRun: () => void;
  readonly onRunHere: () => void;
  readonly onCancel: () => void;
}

/** What is done with the whole: run it, choose for it, take it elsewhere. */
export function Header(props: Props) {
  const { session, offer, policy, draft, theme, live, canRun, onNotice } = props;
  useStore(live);
  const isGoing = live?.isGoing === true;
  const [said, setSaid] = useState('');
  const examples = offeredExamples(policy, offer.policies);
  const copy = (text: string, done: string): Promise<void> =>
    navigator.clipboard.writeText(text).then(
      () => setSaid(done),
      () => setSaid('The browser does not let this page copy.'),
    );
  const share = (): Promise<void> =>
    linkOf(session, draft.writing).then(
      ({ href, told }) => copy(href, told),
      (error: Error) => setSaid(error.message),
    );
  return (
    <header>
      <h1>Castellan</h1>
      {isGoing ? (
        <button type="button" class="primary stop" title="Ctrl and ." onClick={props.onCancel}>
          Cancel
        </button>
      ) : (
        <RunButtons {...props} />
      )}
      <Choose
        label="Policy"
        value={policy.name}
        options={offer.policies.map(({ name }) => name)}
        onChoose={(name) => draft.change({ policy: name, isolation: null })}
      />
      <Choose
        label="Examples"
        value=""
        options={['', ...examples.map(({ label }) => label)]}
        onChoose={(wanted) => {
          const chosen = examples.find(({ label }) => label === wanted);
          if (chosen === undefined) return;
          const under = chosen.policy ?? policy;
          const move = under === policy ? {} : { policy: under.name, isolation: null };
          draft.change({ ...writingOf(chosen.example, under), ...move });
          onNotice(chosen.notice);
        }}
      />
      <span class="grow said" role="status">
        {said}
      </span>
      <button type="button" onClick={() => void share()}>
        Share
      </button>
      <Choose
        label="Copy as"
        value=""
        options={['', ...Object.keys(copies)]}
        onChoose={(kind) => {
          if (canRun) void copy(copies[kind as Copy](draft.writing, session), `Copied as ${kind}.`);
        }}
      />
      <ChooseTheme theme={theme} />
      {session.hasKey && (
        <button type="button" onClick={() => void session.signOut()}>
          Sign out
        </button>
      )}
    </header>
  );
}

/** A script that cannot run here leaves its button in reach: it says why. */
function RunButtons({ canRun, unfit, onRun, onRunHere }: Props) {
  return (
    <>
      <button
        type="button"
        class="primary"
        title="On the service: Ctrl and Enter"
        disabled={!canRun}
        onClick={onRun}
      >
        Run
      </button>
      <button
        type="button"
        class={unfit === null ? '' : 'unfit'}
        title={
          unfit === null
            ? 'In this browser, without the service: Ctrl, Shift and Enter'
            : `Not here: ${unfit.why} To mend it: ${unfit.fix}.`
        }
        disabled={!canRun}
        onClick={onRunHere}
      >
        Run here
      </button>
    </>
  );
}
