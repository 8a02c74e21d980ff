import { recordParts } from '@castellan/protocol';
import { useRef } from 'preact/hooks';
import type { Policy } from '../session/offer.ts';
import { sizeOf } from '../look/quantities.ts';
import type { Draft } from './draft.ts';
import { countOf, dataFileOf, readEnv } from './input.ts';

const recordings = {
  video: 'a film of its pages',
  trace: 'its requests, and its calls of Puppeteer',
} as const satisfies Record<(typeof recordParts)[number], string>;

/** What a run gets besides its parameters, and what is kept of it: folded while nothing of it is used. */
export function Inputs({ draft, policy }: { draft: Draft; policy: Policy }) {
  const { env, stdin, data, record } = draft.writing;
  const chosen = useRef<HTMLInputElement>(null);
  const read = readEnv(env);
  const wrong = 'wrong' in read ? read.wrong : null;
  const count = countOf(draft.writing);
  const add = async (): Promise<void> => {
    const added = await Promise.all([...(chosen.current?.files ?? [])].map(dataFileOf));
    if (chosen.current !== null) chosen.current.value = '';
    const names = new Set(added.map(({ name }) => name));
    const others = draft.writing.data.filter(({ name }) => !names.has(name));
    draft.change({ data: [...others, ...added] });
  };
  const offered = recordParts.filter((part) => policy.record[part]);
  return (
    <details class="inputs">
      <summary>
        {`Environment, input, files${offered.length === 0 ? '' : ', recording'}${count === 0 ? '' : ` (${count} in use)`}`}
      </summary>
      <div class="two">
        <div>
          <label for="env">Environment, NAME=value a line</label>
          <textarea
            id="env"
            rows={3}
            spellcheck={false}
            aria-invalid={wrong !== null}
            aria-describedby="env-wrong"
            value={env}
            onInput={({ currentTarget }) => draft.change({ env: currentTarget.value })}
          />
          <p id="env-wrong" class="wrong" role="status">
            {wrong}
          </p>
        </div>
        <div>
          <label for="stdin">Standard input</label>
          <textarea
            id="stdin"
            rows={3}
            spellcheck={false}
            value={stdin}
            onInput={({ currentTarget }) => draft.change({ stdin: currentTarget.value })}
          />
        </div>
      </div>
      <p class="upload">
        <label class="button">
          Add files
          <input ref={chosen} class="hidden" type="file" multiple onChange={() => void add()} />
        </label>
        <span class="muted">
          for <code>files.read(name)</code>
        </span>
      </p>
      {data.length > 0 && (
        <ul class="data" aria-label="Files of the run">
          {data.map(({ name, base64 }) => (
            <li key={name}>
              <bdi>{name}</bdi>
              <span class="muted">{sizeOf(Math.floor((base64.length * 3) / 4))}</span>
              <button
                type="button"
                class="close"
                aria-label={`Remove ${name}`}
                onClick={() => draft.change({ data: data.filter((file) => file.name !== name) })}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      {offered.map((part) => (
        <label key={part} class="check">
          <input
            type="checkbox"
            checked={record[part] === true}
            onChange={({ currentTarget: { checked } }) => {
              const { [part]: _old, ...rest } = record;
              draft.change({ record: checked ? { ...rest, [part]: true } : rest });
            }}
          />
          {`Record ${recordings[part]}`}
        </label>
      ))}
    </details>
  );
}
