import type { Overview } from '@castellan/sdk';
import { useEffect, useMemo } from 'preact/hooks';
import { ChooseTheme } from '../look/choose.tsx';
import { useTheme } from '../look/theme.ts';
import { Session } from '../session/session.ts';
import { SignIn } from '../session/sign-in.tsx';
import { useStore } from '../state/store.ts';
import { namesOf } from '@castellan/protocol';
import { FunctionsView } from './functions-view.tsx';
import { KeysView } from './keys-view.tsx';
import { Link } from './link.tsx';
import type { Looking } from './looking.ts';
import { Going, usePlace, views } from './place.ts';
import { PoliciesView } from './policies-view.tsx';
import { RunView } from './run-view.tsx';
import { RunsView } from './runs-view.tsx';
import { ServiceView } from './service-view.tsx';

/** The page: a view for whoever has the scope, else a sign-in. */
export function Admin() {
  const session = useMemo(
    () => new Session<Overview>((read) => read<Overview>('v1/admin/overview')),
    [],
  );
  const theme = useTheme();
  const [place, go] = usePlace();
  const { view, run } = place;
  useStore(session);
  useEffect(() => void session.open(), [session]);
  useEffect(() => {
    document.title = `${run ?? views[view]} · Castellan`;
  }, [view, run]);
  const { offer, refusal } = session;
  if (offer === null) {
    if (refusal === null) return <p class="muted empty">Asking the service …</p>;
    return <SignIn session={session} refusal={refusal} title="Castellan dashboard" />;
  }
  const looking: Looking = { session, you: offer.you };
  return (
    <Going.Provider value={go}>
      <header>
        <h1>Castellan</h1>
        <nav aria-label="Dashboard">
          {namesOf(views).map((name) => (
            <Link key={name} to={{ view: name }} isCurrent={name === view}>
              {views[name]}
            </Link>
          ))}
        </nav>
        <span class="grow" />
        <a href="./">Playground</a>
        <a href="./reference">API</a>
        <ChooseTheme theme={theme} />
        {session.hasKey && (
          <button type="button" onClick={() => void session.signOut()}>
            Sign out
          </button>
        )}
      </header>
      <main class="view">
        {view === 'runs' && run === null && <RunsView {...looking} place={place} />}
        {view === 'runs' && run !== null && <RunView key={run} {...looking} id={run} />}
        {view === 'service' && <ServiceView {...looking} />}
        {view === 'functions' && <FunctionsView {...looking} place={place} />}
        {view === 'keys' && <KeysView {...looking} />}
        {view === 'policies' && <PoliciesView {...looking} />}
      </main>
    </Going.Provider>
  );
}
