import type { SubmittedRun } from '@castellan/sdk';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { LivePages } from '../run/live-pages.ts';
import { useStore } from '../state/store.ts';
import { useVisible } from '../state/visible.ts';

interface Props {
  readonly run: SubmittedRun;
  readonly isGoing: boolean;
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
}

/**
 * What the browser of a run shows, live. There is no place for it before the first picture, so that a script
 * without pages has none; and no picture is asked for while it is folded or the tab is in the background.
 */
export function Pages({ run, isGoing, isOpen, onOpen }: Props) {
  const live = useMemo(() => new LivePages(), [run]);
  const [chosen, setChosen] = useState<number | null>(null);
  const isVisible = useVisible();
  useStore(live);
  useEffect(() => () => live.close(), [live]);
  useEffect(() => {
    if (!isOpen || !isVisible) return;
    void live.watch(run);
    return () => live.pause();
  }, [live, run, isOpen, isVisible]);
  const { pages } = live;
  const shown = pages.find(({ page }) => page === chosen) ?? pages.at(-1);
  if (shown === undefined) return null;
  return (
    <details
      class="pages"
      open={isOpen}
      onToggle={({ currentTarget }) => onOpen(currentTarget.open)}
    >
      <summary>
        Browser<span class="muted">{isGoing ? ', live' : ', as it was last'}</span>
      </summary>
      {pages.length > 1 && (
        <div class="choice" role="group" aria-label="Pages of the browser">
          {pages.map(({ page }) => (
            <button
              key={page}
              type="button"
              aria-pressed={page === shown.page}
              onClick={() => setChosen(page)}
            >
              {`Page ${page}`}
            </button>
          ))}
        </div>
      )}
      <img src={shown.address} alt={`What page ${shown.page} of the browser shows`} />
    </details>
  );
}
