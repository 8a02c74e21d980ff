import type { Json } from '@castellan/protocol';
import { useState } from 'preact/hooks';

/** Shown at a time; more on demand. */
const pageOf = 100;
const longText = 1_000;

/** A JSON value as a tree, of which only what is open is in the page. */
export function Value({ value }: { value: Json }) {
  return (
    <ul class="tree">
      <Branch name={null} value={value} isOpen />
    </ul>
  );
}

function Branch(props: { name: string | null; value: Json; isOpen?: boolean }) {
  const { name, value } = props;
  const [isOpen, setOpen] = useState(props.isOpen ?? false);
  const [shown, setShown] = useState(pageOf);
  const label = name === null ? null : <span class="name">{name}: </span>;
  if (typeof value !== 'object' || value === null) {
    return (
      <li>
        {label}
        <Leaf value={value} />
      </li>
    );
  }
  const entries = Object.entries(value);
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  return (
    <li>
      <button
        type="button"
        class="fold"
        aria-expanded={isOpen}
        disabled={entries.length === 0}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
        <span class="muted">{size}</span>
      </button>
      {isOpen && entries.length > 0 && (
        <ul>
          {entries.slice(0, shown).map(([key, each]) => (
            <Branch key={key} name={key} value={each} />
          ))}
          {shown < entries.length && (
            <li>
              <button type="button" class="link" onClick={() => setShown(shown + pageOf)}>
                {`${Math.min(pageOf, entries.length - shown)} more of ${entries.length - shown}`}
              </button>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

function Leaf({ value }: { value: string | number | boolean | null }) {
  const [isWhole, setWhole] = useState(false);
  if (typeof value !== 'string') return <span class="scalar">{String(value)}</span>;
  const isLong = value.length > longText && !isWhole;
  return (
    <>
      <bdi class="text">{JSON.stringify(isLong ? value.slice(0, longText) : value)}</bdi>
      {isLong && (
        <button type="button" class="link" onClick={() => setWhole(true)}>
          all {value.length.toLocaleString('en')} characters
        </button>
      )}
    </>
  );
}
