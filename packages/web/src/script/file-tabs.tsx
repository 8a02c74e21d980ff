import type { Draft } from './draft.ts';

/** The files of the script. The first one is started. */
export function FileTabs({ draft }: { draft: Draft }) {
  const { files } = draft.writing;
  return (
    <div class="files" role="group" aria-label="Files">
      {files.map(({ name }, at) => (
        <span key={at} class={at === draft.active ? 'file active' : 'file'}>
          {at === draft.active ? (
            <input
              aria-label="Name of this file"
              value={name}
              size={Math.max(6, name.length)}
              spellcheck={false}
              onChange={({ currentTarget }) => rename(draft, at, currentTarget)}
            />
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

/** A name that is taken or no path of a script stays as it was. */
function rename(draft: Draft, at: number, field: HTMLInputElement): void {
  const name = field.value.trim();
  const others = draft.writing.files.filter((_file, each) => each !== at);
  const isFree = others.every((file) => file.name !== name);
  if (isFree && /^[\w.-]+(?:\/[\w.-]+)*$/.test(name)) draft.rename(at, name);
  else field.value = draft.writing.files[at]?.name ?? '';
}
