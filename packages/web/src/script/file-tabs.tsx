import { useEffect, useState } from 'preact/hooks';
import type { Draft } from './draft.ts';

/** The files of the script. The first one is started. */
export function FileTabs({ draft }: { draft: Draft }) {
  const { files } = draft.writing;
  return (
    <div class="files" role="group" aria-label="Files">
      {files.map(({ name }, at) => (
        <span key={at} class={at === draft.active ? 'file active' : 'file'}>
          {at === draft.active ? (
            <NameField draft={draft} at={at} />
          ) : (
            <button type="button" onClick={() => draft.show(at)}>
              {name}
            </button>
          )}
          {at > 0 && (
            <button
              type="button"
              class="close"
              aria-label={`Remove ${name}`}
              onClick={() => draft.remove(at)}
            >
              ×
            </button>
          )}
        </span>
      ))}
      <button type="button" class="add" aria-label="Add a file" onClick={() => draft.add()}>
        +
      </button>
    </div>
  );
}

/** The name is the field's own until it is left; one that is taken or no path of a script stays as it was. */
function NameField({ draft, at }: { draft: Draft; at: number }) {
  const name = draft.writing.files[at]?.name ?? '';
  const [written, setWritten] = useState(name);
  useEffect(() => setWritten(name), [name]);
  const rename = (): void => {
    const wanted = written.trim();
    const others = draft.writing.files.filter((_file, each) => each !== at);
    const isFree = others.every((file) => file.name !== wanted);
    if (isFree && /^[\w.-]+(?:\/[\w.-]+)*$/.test(wanted)) draft.rename(at, wanted);
    else setWritten(name);
  };
  return (
    <input
      aria-label="Name of this file"
      value={written}
      size={Math.max(6, written.length)}
      spellcheck={false}
      onInput={({ currentTarget }) => setWritten(currentTarget.value)}
      onChange={rename}
    />
  );
}
