import { CastellanError } from '@castellan/sdk';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Session } from '../session/session.ts';

const longestPauseMs = 30_000;

export interface Live<Value> {
  /** The last answer; null before the first. */
  readonly value: Value | null;
  /** Why the last question was not answered. */
  readonly failure: CastellanError | null;
  /** Asks now. */
  readonly refresh: () => void;
}

/**
 * Asks the service again and again, one question at a time: `everyMs` after each answer, later after a
 * refusal, and not at all while nobody sees the page. A key that is not in force any more ends the session.
 */
export function useLive<Value>(
  session: Session,
  everyMs: number,
  ask: (signal: AbortSignal) => Promise<Value>,
  about: readonly unknown[],
): Live<Value> {
  const [answer, setAnswer] = useState<Omit<Live<Value>, 'refresh'>>({
    value: null,
    failure: null,
  });
  const wake = useRef<() => void>(() => undefined);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    setAnswer({ value: null, failure: null });
    const look = (): void => {
      if (!document.hidden) wake.current();
    };
    document.addEventListener('visibilitychange', look, { signal });
    const follow = async (): Promise<void> => {
      let pauseMs = everyMs;
      while (!signal.aborted) {
        if (!document.hidden) {
          try {
            const value = await ask(signal);
            if (signal.aborted) return;
            setAnswer({ value, failure: null });
            pauseMs = everyMs;
          } catch (error) {
            if (signal.aborted) return;
            const failure = failureOf(error);
            if (failure.status === 401) return session.refuse(failure);
            setAnswer(({ value }) => ({ value, failure }));
            pauseMs = Math.min(longestPauseMs, failure.retryAfterMs ?? 2 * pauseMs);
          }
        }
        await new Promise<void>((resolve) => {
          wake.current = resolve;
          if (document.hidden) return;
          const timer = setTimeout(resolve, pauseMs);
          signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
        });
      }
    };
    void follow();
    return () => {
      stop.abort();
      wake.current();
    };
  }, about);
  return { ...answer, refresh: useCallback(() => wake.current(), []) };
}

export function failureOf(error: unknown): CastellanError {
  return error instanceof CastellanError
    ? error
    : new CastellanError(0, 'unreachable', 'The service does not answer.', { cause: error });
}
