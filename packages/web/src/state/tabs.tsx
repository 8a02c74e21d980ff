import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

export interface Tab {
  readonly id: string;
  readonly label: string;
  /** Shown small behind the label. */
  readonly count?: number | undefined;
}

/** Tabs as the patterns of ARIA have them: one of them is in the order of focus, arrows go to the others. */
export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly active: string;
  readonly onChoose: (id: string) => void;
  readonly children: ComponentChildren;
}) {
  const { label, tabs, active, onChoose, children } = props;
  const row = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = tabs.findIndex(({ id }) => id === active);
    const next = (at + step + tabs.length) % tabs.length;
    onChoose(tabs[next]?.id ?? active);
    row.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={row} onKeyDown={move}>
        {tabs.map(({ id, label: text, count = 0 }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === active}
            aria-controls="tab-panel"
            tabIndex={id === active ? 0 : -1}
            onClick={() => onChoose(id)}
          >
            {text}
            {count > 0 && <span class="count">{count.toLocaleString('en')}</span>}
          </button>
        ))}
      </div>
      <div
        class="panel"
        role="tabpanel"
        id="tab-panel"
        aria-labelledby={`tab-${active}`}
        tabIndex={0}
      >
        {children}
      </div>
    </>
  );
}
