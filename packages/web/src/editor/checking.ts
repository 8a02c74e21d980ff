import type { Problem } from '@castellan/protocol';
import { CastellanError } from '@castellan/sdk';
import { useEffect, useState } from 'preact/hooks';
import { sourceOf, type Writing } from '../script/draft.ts';
import type { Session } from '../session/session.ts';

/** After the last key. */
const restMs = 400;

/** What the service finds wrong with the script, a moment after it was changed. */
export function useProblems(session: Session, { files, policy }: Writing): readonly Problem[] {
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    const ask = async (): Promise<void> => {
      if (files.every(({ text }) => text.trim() === '')) return setProblems([]);
      const script = { ...sourceOf(files), ...(policy === null ? {} : { policy }) };
      try {
        setProblems(await session.client.check(script, { signal: stop.signal }));
      } catch (error) {
        // Advice only. When there are too many of them, the next one comes later.
        const later = error instanceof CastellanError ? error.retryAfterMs : null;
        if (later !== null && !stop.signal.aborted) timer = setTimeout(() => void ask(), later);
      }
    };
    let timer = setTimeout(() => void ask(), restMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [session, files, policy]);
  return problems;
}
