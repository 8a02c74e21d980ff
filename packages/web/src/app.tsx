import { useEffect, useMemo } from 'preact/hooks';
import { useTheme } from './look/theme.ts';
import type { Writing } from './script/draft.ts';
import { offerOf } from './session/offer.ts';
import { Session } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import { useStore } from './state/store.ts';
import { Workbench } from './workbench.tsx';

/** The page: the workbench for whoever the service answers, else a sign-in. */
export function App({ linked }: { linked: Partial<Writing> | null }) {
  const session = useMemo(() => new Session(offerOf), []);
  const theme = useTheme();
  useStore(session);
  useEffect(() => void session.open(), [session]);
  const { offer, refusal } = session;
  if (offer !== null) {
    return <Workbench session={session} offer={offer} linked={linked} theme={theme} />;
  }
  if (refusal !== null) return <SignIn session={session} refusal={refusal} />;
  return <p class="muted empty">Asking the service …</p>;
}
