import type { FunctionComponent } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ChooseTheme } from '../look/choose.tsx';
import { useTheme } from '../look/theme.ts';
import { Session } from '../session/session.ts';
import { SignIn } from '../session/sign-in.tsx';
import { useStore } from '../state/store.ts';

/** The page: the document of the service, for whoever the service answers. */
export function Reference() {
  const session = useMemo(() => new Session((read) => read<unknown>('openapi.json')), []);
  const theme = useTheme();
  const [Document, setDocument] = useState<FunctionComponent<{ spec: unknown }> | null>(null);
  useStore(session);
  useEffect(() => void session.open(), [session]);
  // The reader is large, and comes after the first paint.
  useEffect(() => {
    void import('./document.tsx').then((loaded) => setDocument(() => loaded.Document));
  }, []);
  useEffect(() => {
    // As the style sheet of the reader asks for it.
    document.documentElement.classList.toggle('dark-mode', theme.isDark);
  }, [theme.isDark]);
  const { offer, refusal } = session;
  if (offer === null && refusal !== null) {
    return <SignIn session={session} refusal={refusal} title="Castellan HTTP API" />;
  }
  return (
    <>
      <header>
        <h1>Castellan HTTP API</h1>
        <span class="grow" />
        <a href="./openapi.json">openapi.json</a>
        <a href="./">Playground</a>
        <ChooseTheme theme={theme} />
      </header>
      <main>
        {offer === null || Document === null ? (
          <p class="muted empty">Asking the service …</p>
        ) : (
          <Document spec={offer} />
        )}
      </main>
    </>
  );
}
