import type { CastellanError } from '@castellan/sdk';
import { useState } from 'preact/hooks';
import type { Session } from './session.ts';

interface Props {
  readonly session: Session;
  readonly refusal: CastellanError;
  readonly title?: string;
}

/** Asks for a key. It stays in this page's memory, or, if asked to, as long as the tab. */
export function SignIn({ session, refusal, title = 'Castellan' }: Props) {
  const [key, setKey] = useState('');
  const [isKept, setKept] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    await session.signIn(key.trim(), isKept);
    setBusy(false);
  };
  const wantsKey = refusal.status === 401;
  return (
    <main class="sign-in">
      <h1>{title}</h1>
      {(session.hasKey || !wantsKey) && (
        <p class="refusal" role="alert">
          {refusal.message}
          {refusal.fix !== null && !wantsKey && (
            <>
              {' '}
              To mend it: <code>{refusal.fix}</code>
            </>
          )}
        </p>
      )}
      <form onSubmit={(event) => void submit(event)}>
        <label for="key">Key of this service</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          value={key}
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={isKept}
            onChange={({ currentTarget }) => setKept(currentTarget.checked)}
          />
          Keep it until this tab is closed
        </label>
        <p class="muted">
          The key is sent to this service only. Without the mark it is forgotten when the page is
          left or loaded again.
        </p>
        <button class="primary" type="submit" disabled={isBusy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
