import type { Draft } from './draft.ts';
import { readParams } from './input.ts';

/** The parameters, as JSON that is checked while it is written. */
export function Params({ draft }: { draft: Draft }) {
  const { params } = draft.writing;
  const read = readParams(params);
  const wrong = 'wrong' in read ? read.wrong : null;
  return (
    <div class="params">
      <label for="params">Parameters (JSON)</label>
      <textarea
        id="params"
        rows={4}
        spellcheck={false}
        aria-invalid={wrong !== null}
        aria-describedby="params-wrong"
        value={params}
        onInput={({ currentTarget }) => draft.change({ params: currentTarget.value })}
      />
      <p id="params-wrong" class="wrong" role="status">
        {wrong}
      </p>
    </div>
  );
}
