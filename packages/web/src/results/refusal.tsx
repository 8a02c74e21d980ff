import type { CastellanError } from '@castellan/sdk';
import { useEffect, useState } from 'preact/hooks';

/** Why the service took no run, and what to do: what it says itself, and when to try again. */
export function Refusal({ failure, onAgain }: { failure: CastellanError; onAgain: () => void }) {
  const { message, fix, errors, retryAfterMs, status } = failure;
  const left = useCountdown(retryAfterMs);
  return (
    <div class="refusal" role="alert">
      <p>
        <bdi>{message}</bdi>
      </p>
      {errors.some(({ allowed }) => allowed != null) && (
        <p>{`Accepted: ${errors.flatMap(({ allowed }) => allowed ?? []).join(', ')}`}</p>
      )}
      {fix !== null && (
        <p>
          To mend it: <code>{fix}</code>
        </p>
      )}
      {(retryAfterMs !== null || status === 0) && (
        <button type="button" disabled={left > 0} onClick={onAgain}>
          {left > 0 ? `Run again in ${left} s` : 'Run again'}
        </button>
      )}
    </div>
  );
}

/** Seconds until a time that lies so many milliseconds ahead. */
function useCountdown(ms: number | null): number {
  const [left, setLeft] = useState(Math.ceil((ms ?? 0) / 1_000));
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left]);
  return left;
}
