import { type LogLevel, type LogLine, logLevels, namesOf } from '@castellan/protocol';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Filter, rowsIn, shownText } from './filter.ts';

/** In CSS pixels; the style sheet has the same. */
const rowHeight = 20;

/** The lines of a run: only those in the window are in the page, however many there are. */
export function Log({ lines, startedAt }: { lines: readonly LogLine[]; startedAt: string | null }) {
  const [level, setLevel] = useState<LogLevel | null>(null);
  const [text, setText] = useState('');
  const filter = useMemo(() => new Filter({ level, text }), [lines, level, text]);
  const found = filter.find(lines);
  const count = found?.length ?? lines.length;
  return (
    <div class="log">
      <div class="bar">
        <label class="grow">
          <span class="hidden">Search the log</span>
          <input
            type="search"
            placeholder="Search"
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <label>
          <span class="hidden">Level</span>
          <select
            value={level ?? ''}
            onChange={({ currentTarget: { value } }) =>
              setLevel(value === '' ? null : (value as LogLevel))
            }
          >
            <option value="">all levels</option>
            {namesOf(logLevels).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <span class="muted">
          {found === null
            ? countOf(count)
            : `${count.toLocaleString('en')} of ${countOf(lines.length)}`}
        </span>
      </div>
      <Lines lines={lines} found={found} count={count} startedAt={startedAt} />
    </div>
  );
}

function countOf(count: number): string {
  return count === 1 ? '1 line' : `${count.toLocaleString('en')} lines`;
}

interface LinesProps {
  readonly lines: readonly LogLine[];
  readonly found: readonly number[] | null;
  readonly count: number;
  readonly startedAt: string | null;
}

function Lines({ lines, found, count, startedAt }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 400 });
  const [chosen, setChosen] = useState<number | null>(null);
  /** Until somebody scrolls up, the newest line is shown. */
  const follows = useRef(true);
  const look = (): void => {
    if (box.current === null) return;
    const { scrollTop, clientHeight, scrollHeight } = box.current;
    follows.current = scrollTop + clientHeight >= scrollHeight - rowHeight;
    setView({ top: scrollTop, height: clientHeight });
  };
  useLayoutEffect(() => {
    const watcher = new ResizeObserver(look);
    if (box.current !== null) watcher.observe(box.current);
    return () => watcher.disconnect();
  }, [count === 0]);
  useLayoutEffect(() => {
    if (box.current !== null && follows.current) box.current.scrollTop = count * rowHeight;
  }, [count]);
  const choose = (row: number): void => {
    const at = Math.max(0, Math.min(count - 1, row));
    setChosen(at);
    const { current } = box;
    if (current === null) return;
    if (at * rowHeight < current.scrollTop) current.scrollTop = at * rowHeight;
    const bottom = (at + 1) * rowHeight - current.clientHeight;
    if (bottom > current.scrollTop) current.scrollTop = bottom;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.floor(view.height / rowHeight);
    const rows: Readonly<Record<string, number>> = {
      ArrowDown: (chosen ?? -1) + 1,
      ArrowUp: (chosen ?? count) - 1,
      PageDown: (chosen ?? 0) + page,
      PageUp: (chosen ?? count) - page,
      Home: 0,
      End: count - 1,
    };
    const row = rows[event.key];
    if (row === undefined || count === 0) return;
    event.preventDefault();
    choose(row);
  };
  if (count === 0) return <p class="muted empty">No lines.</p>;
  const { from, to } = rowsIn(view, rowHeight, count);
  const lineAt = (row: number): LogLine | undefined =>
    lines[found === null ? row : (found[row] ?? -1)];
  const picked = chosen === null ? undefined : lineAt(chosen);
  return (
    <>
      <div
        class="lines"
        ref={box}
        role="listbox"
        aria-label="Log"
        aria-activedescendant={picked === undefined ? undefined : `line-${chosen}`}
        tabIndex={0}
        onScroll={look}
        onKeyDown={onKeyDown}
      >
        <div class="rows" style={{ height: `${count * rowHeight}px` }} role="presentation">
          {Array.from({ length: to - from }, (_, index) => from + index).map((row) => {
            const line = lineAt(row);
            if (line === undefined) return null;
            return (
              <div
                key={row}
                id={`line-${row}`}
                class={`line ${line.level}`}
                role="option"
                aria-selected={row === chosen}
                aria-posinset={row + 1}
                aria-setsize={count}
                style={{ top: `${row * rowHeight}px` }}
                onClick={() => setChosen(row === chosen ? null : row)}
              >
                <span class="when">{sinceStart(line, startedAt)}</span>
                <span class="level">{line.level}</span>
                <bdi class="text">{shownText(line.text.slice(0, 2_000))}</bdi>
              </div>
            );
          })}
        </div>
      </div>
      {picked !== undefined && (
        <pre class="whole" tabIndex={0} aria-label="The whole line">
          <bdi>{shownText(picked.text)}</bdi>
        </pre>
      )}
    </>
  );
}

function sinceStart({ time }: LogLine, startedAt: string | null): string {
  if (startedAt === null) return '';
  const ms = Math.max(0, Date.parse(time) - Date.parse(startedAt));
  return ms < 10_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
