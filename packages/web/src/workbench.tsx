import { getsBrowser, type Run } from '@castellan/protocol';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { useProblems } from './editor/checking.ts';
import { Editor, type Place } from './editor/editor.tsx';
import { useLibraries } from './editor/libraries.ts';
import { Problems } from './editor/problems.tsx';
import { placeOf } from './editor/place.ts';
import { Header } from './header.tsx';
import { HereRun } from './run/here-run.ts';
import { useUnfit } from './here/load.ts';
import type { Theme } from './look/theme.ts';
import { Results } from './results/results.tsx';
import { useRuns } from './run/runs.ts';
import { Draft, faultOf } from './script/draft.ts';
import { examplesFor, writingOf } from './script/examples.ts';
import { FileTabs } from './script/file-tabs.tsx';
import { History } from './script/history.ts';
import { Inputs } from './script/inputs.tsx';
import type { Linked } from './script/linked.ts';
import { Params } from './script/params.tsx';
import { Settings } from './script/settings.tsx';
import type { Offer } from './session/offer.ts';
import type { Session } from './session/session.ts';
import { useStore } from './state/store.ts';

interface Props {
  readonly session: Session;
  readonly offer: Offer;
  /** What a link brought. */
  readonly linked: Linked;
  /** It is in the draft from here on. */
  readonly onTaken: () => void;
  readonly theme: Theme;
}

/** The script on one side, what comes of it on the other. */
export function Workbench({ session, offer, linked, onTaken, theme }: Props) {
  const [first] = offer.policies;
  const draft = useMemo(() => {
    const [example] = first === undefined ? [] : examplesFor(first);
    const start = example === undefined || first === undefined ? {} : writingOf(example, first);
    return new Draft(start, linked.writing);
  }, []);
  const past = useMemo(() => new History(), []);
  useStore(draft);
  const { writing } = draft;
  const policy = offer.policies.find(({ name }) => name === writing.policy) ?? first;
  const { live, run, runHere, cancel, open, clear } = useRuns(session, draft, past);
  const problems = useProblems(session, writing);
  const unfit = useUnfit(writing, policy);
  const [goTo, setGoTo] = useState<Place | null>(null);
  const [notice, setNotice] = useState(linked.notice);
  const canRun = faultOf(writing) === null;
  useEffect(onTaken, []);

  const start = useCallback(() => {
    setNotice('');
    run();
  }, [run]);

  const startHere = useCallback(() => {
    setNotice('');
    if (policy !== undefined) runHere(policy);
  }, [runHere, policy]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isControl = event.ctrlKey || event.metaKey;
      if (isControl && event.key === 'Enter') (event.shiftKey ? startHere : start)();
      else if (isControl && event.key === '.') cancel();
      // In the editor and in fields, Escape has uses of its own.
      else if (event.key === 'Escape' && !isWriting(event.target)) cancel();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [start, startHere, cancel]);

  if (policy === undefined) return <p class="muted empty">This key has no policy.</p>;
  const jump = (file: string | null, line: number, column: number): void => {
    draft.show(placeOf(file, writing.files));
    setGoTo({ line, column });
  };
  /** Of a run that another tab has started only the policy is known. */
  const hasBrowser = ({ id, policy: name }: Run): boolean => {
    const { files, browser } = past.find(id)?.writing ?? { files: null, browser: true };
    const offers = offer.policies.find((each) => each.name === name)?.browser === true;
    return (
      offers &&
      (files === null ||
        getsBrowser(
          browser,
          files.map(({ text }) => text),
        ))
    );
  };
  return (
    <>
      <Header
        session={session}
        offer={offer}
        policy={policy}
        draft={draft}
        theme={theme}
        live={live}
        canRun={canRun}
        onNotice={setNotice}
        unfit={unfit}
        onRun={start}
        onRunHere={startHere}
        onCancel={cancel}
      />
      <main class="workbench">
        <section class="writing" aria-label="Script">
          {notice !== '' && (
            <p class="notice" role="note">
              {notice}
            </p>
          )}
          <FileTabs draft={draft} />
          <Editor
            draft={draft}
            problems={problems}
            libraries={useLibraries(offer, policy, writing)}
            isDark={theme.isDark}
            goTo={goTo}
            onRun={start}
            onRunHere={startHere}
            onCancel={cancel}
          />
          <Problems problems={problems} onJump={jump} />
          <Params draft={draft} />
          <Inputs draft={draft} policy={policy} />
          <Settings draft={draft} policy={policy} offer={offer} />
        </section>
        <Results
          live={live}
          past={past}
          writing={
            live instanceof HereRun ? live.writing : (past.find(live?.run?.id)?.writing ?? writing)
          }
          hasBrowser={hasBrowser}
          onJump={jump}
          onOpen={open}
          onAgain={live instanceof HereRun ? startHere : start}
          onClear={clear}
          onRestore={(each) => draft.change(each)}
        />
      </main>
    </>
  );
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.monaco, input, textarea, select') !== null;
}
