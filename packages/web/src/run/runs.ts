import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Draft, faultOf, requestOf } from '../script/draft.ts';
import type { History } from '../script/history.ts';
import type { Session } from '../session/session.ts';
import type { Policy } from '../session/offer.ts';
import { HereRun } from './here-run.ts';
import { LiveRun } from './live-run.ts';

/**
 * The run that is shown. One of the service has its id in the address, so that a reload takes it up again;
 * one in this page ends with the page.
 */
export function useRuns(session: Session, draft: Draft, past: History) {
  const [live, setLive] = useState<LiveRun | HereRun | null>(null);
  const current = useRef<LiveRun | HereRun | null>(null);

  const show = useCallback((next: LiveRun | HereRun | null, id: string | null): void => {
    current.current?.leave();
    current.current = next;
    setLive(next);
    address(id);
  }, []);

  const open = useCallback((id: string): void => {
    const next = new LiveRun();
    show(next, id);
    void next.resume(session.client, id).then(() => {
      if (next.run !== null) past.ended(next.run);
    });
  }, []);

  const run = useCallback((): void => {
    if (current.current?.isGoing === true || faultOf(draft.writing) !== null) return;
    const { writing } = draft;
    const next = new LiveRun();
    show(next, null);
    performance.mark('run');
    const following = next.start(session.client, requestOf(writing), (accepted) => {
      address(accepted.id);
      past.add(accepted, writing);
    });
    void following.then(() => {
      if (next.run !== null) past.ended(next.run);
    });
  }, []);

  const runHere = useCallback((policy: Policy): void => {
    if (current.current?.isGoing === true || faultOf(draft.writing) !== null) return;
    const next = new HereRun(draft.writing, policy);
    show(next, null);
    void next.start();
  }, []);

  const cancel = useCallback(() => void current.current?.cancel(), []);
  const clear = useCallback(() => show(null, null), []);

  useEffect(() => {
    const id = new URLSearchParams(location.search).get('run');
    if (id !== null) open(id);
  }, []);

  return { live, run, runHere, cancel, open, clear };
}

function address(id: string | null): void {
  const url = new URL(location.href);
  if (id === null) url.searchParams.delete('run');
  else url.searchParams.set('run', id);
  history.replaceState(null, '', url);
}
