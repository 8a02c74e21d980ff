import type { Json, RunError } from '@castellan/protocol';
import type { File } from '../script/draft.ts';
import { frameOf } from './frame.ts';

/** Shows a place of the source in the editor. */
export type Jump = (file: string | null, line: number, column: number) => void;

interface Shown {
  readonly error: RunError;
  /** The files of the run, where they are known. */
  readonly files: readonly File[];
  /** Without it places are texts. */
  readonly onJump?: Jump | undefined;
  /** It is shown inside of another one. */
  readonly isInner?: boolean;
}

/** What ended a script: message, place in its source, and the errors behind it. */
export function ScriptError({ error, files, onJump, isInner = false }: Shown) {
  const { name, message, stack, file, line, column, cause, errors = [] } = error;
  const source = files.length === 1 ? files[0] : files.find((each) => each.name === file);
  const place = `${source?.name ?? file ?? 'script'}:${line}${column === null ? '' : `:${column}`}`;
  const frame = line === null || source === undefined || isInner ? [] : frameOf(source.text, line);
  return (
    <div class="script-error">
      <p class="message">
        <bdi>
          <strong>{name}</strong>: {message}
        </bdi>
      </p>
      {line !== null && onJump === undefined && <p class="muted">{place}</p>}
      {line !== null && onJump !== undefined && (
        <button type="button" class="link" onClick={() => onJump(file, line, column ?? 1)}>
          {place}
        </button>
      )}
      {frame.length > 0 && (
        <pre class="frame" tabIndex={0} aria-label="The source around the error">
          {frame.map(({ number, text, isHit }) => (
            <span key={number} class={isHit ? 'hit' : ''}>
              <span class="number">{number}</span>
              <bdi>{text}</bdi>
              {isHit && column !== null && `\n${' '.repeat(column + 4)}^`}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
      {stack !== '' && (
        <details>
          <summary>Stack</summary>
          <pre tabIndex={0}>{stack}</pre>
        </details>
      )}
      {cause !== undefined && (
        <Inner label="Caused by" inner={cause} files={files} onJump={onJump} />
      )}
      {errors.map((each, at) => (
        <Inner key={at} label={`Error ${at + 1}`} inner={each} files={files} onJump={onJump} />
      ))}
    </div>
  );
}

function Inner(props: Omit<Shown, 'error'> & { label: string; inner: RunError | Json }) {
  const { label, inner, files, onJump } = props;
  return (
    <div class="inner">
      <p class="muted">{label}</p>
      {isError(inner) ? (
        <ScriptError error={inner} files={files} onJump={onJump} isInner />
      ) : (
        <pre tabIndex={0}>{JSON.stringify(inner, null, 2)}</pre>
      )}
    </div>
  );
}

function isError(value: RunError | Json): value is RunError {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return ['name', 'message', 'stack'].every(
    (key) => typeof (value as Record<string, unknown>)[key] === 'string',
  );
}
