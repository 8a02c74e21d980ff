import type { Writing } from '../script/draft.ts';
import type { History } from '../script/history.ts';
import { useStore } from '../state/store.ts';

interface Props {
  readonly past: History;
  readonly onOpen: (id: string) => void;
  readonly onRestore: (writing: Writing) => void;
}

/** The runs of this tab: each can be looked at again, and its script taken up again. */
export function Past({ past, onOpen, onRestore }: Props) {
  useStore(past);
  if (past.entries.length === 0) return null;
  return (
    <ul class="past" aria-label="Runs of this tab">
      {past.entries.map(({ id, createdAt, status, writing }) => (
        <li key={id}>
          <strong class={`status ${status}`}>{status.replace('_', ' ')}</strong>
          <time datetime={createdAt}>{new Date(createdAt).toLocaleTimeString()}</time>
          <bdi class="first">{writing.files[0]?.text.trim().split('\n', 1)[0]?.slice(0, 80)}</bdi>
          <button type="button" class="link" onClick={() => onOpen(id)}>
            show<span class="hidden"> {id}</span>
          </button>
          <button type="button" class="link" onClick={() => onRestore(writing)}>
            edit<span class="hidden"> the script of {id}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
