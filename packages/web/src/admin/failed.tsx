import type { CastellanError } from '@castellan/sdk';

/** Why an answer is missing, beside the last one that came. */
export function Failed({ failure }: { failure: CastellanError | null }) {
  if (failure === null) return null;
  return (
    <div class="refusal" role="alert">
      <p>
        <bdi>{failure.message}</bdi>
      </p>
      {failure.fix !== null && (
        <p>
          To mend it: <code>{failure.fix}</code>
        </p>
      )}
    </div>
  );
}
