import { useEffect, useMemo, useState } from 'preact/hooks';
import { useTheme } from './look/theme.ts';
import { cameWithLink, useShared } from './script/linked.ts';
import type { Writing } from './script/draft.ts';
import { offerOf } from './session/offer.ts';
import { Session } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import { useStore } from './state/store.ts';
import { Workbench } from './workbench.tsx';

interface Props {
  /** What the link holds that led here. */
  readonly linked: Partial<Writing> | null;
  /** The id of a stored script that it leads to. */
  readonly shared: string | null;
}

/** The page: the workbench for whoever the service answers, else a sign-in. */
export function App({ linked, shared }: Props) {
  const session = useMemo(() => new Session(offerOf), []);
  const theme = useTheme();
  useStore(session);
  useEffect(() => void session.open(), [session]);
  const { offer, refusal } = session;
  // Whoever signs in once more finds what was written since.
  const [isTaken, setTaken] = useState(false);
  const opened = useShared(session, offer === null ? null : shared);
  if (offer !== null && opened === undefined) {
    return <p class="muted empty">Opening the script that was stored …</p>;
  }
  if (offer !== null) {
    return (
      <Workbench
        session={session}
        offer={offer}
        linked={isTaken ? cameWithLink(null) : (opened ?? cameWithLink(linked))}
        onTaken={() => setTaken(true)}
        theme={theme}
      />
    );
  }
  if (refusal !== null) return <SignIn session={session} refusal={refusal} />;
  return <p class="muted empty">Asking the service …</p>;
}
