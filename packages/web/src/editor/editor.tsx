import type { Problem } from '@castellan/protocol';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Draft } from '../script/draft.ts';
import { useStore } from '../state/store.ts';
import type { Libraries, OpenEditor } from './monaco.ts';

/** A place to go to; a new object goes there again. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

interface Props {
  readonly draft: Draft;
  readonly problems: readonly Problem[];
  readonly libraries: Libraries | null;
  readonly isDark: boolean;
  readonly goTo: Place | null;
  readonly onRun: () => void;
  readonly onRunHere: () => void;
  readonly onCancel: () => void;
}

/** Where the script is written: a plain field at once, and the editor as soon as it has been loaded. */
export function Editor(props: Props) {
  const { draft, problems, libraries, isDark, goTo, onRun, onRunHere, onCancel } = props;
  useStore(draft);
  const host = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<OpenEditor | null>(null);
  const calls = useRef({ onRun, onRunHere, onCancel });
  calls.current = { onRun, onRunHere, onCancel };
  const { files } = draft.writing;
  const { name, text } = draft.activeFile;

  useEffect(() => {
    let isGone = false;
    let opened: OpenEditor | null = null;
    const load = async (): Promise<void> => {
      const { openEditor } = await import('./monaco.ts');
      if (isGone || host.current === null) return;
      opened = openEditor(host.current, {
        onText: (at, written) => draft.write(at, written),
        onRun: () => calls.current.onRun(),
        onRunHere: () => calls.current.onRunHere(),
        onCancel: () => calls.current.onCancel(),
      });
      setEditor(opened);
      performance.mark('editor');
    };
    // After the page has been drawn. Without the editor the field is still there.
    const timer = setTimeout(() => void load().catch(() => undefined), 50);
    return () => {
      isGone = true;
      clearTimeout(timer);
      opened?.dispose();
    };
  }, [draft]);

  // With the tabs, and as they are now: what was typed since this was drawn is not taken back.
  useLayoutEffect(
    () => editor?.setFiles(draft.writing.files, draft.active),
    [editor, draft, files, draft.active],
  );
  useEffect(() => editor?.setProblems(files, problems), [editor, files, problems]);
  useEffect(() => editor?.setDark(isDark), [editor, isDark]);
  useEffect(() => {
    if (libraries !== null) editor?.setLibraries(libraries);
  }, [editor, libraries]);
  useEffect(() => {
    if (goTo !== null) editor?.reveal(goTo.line, goTo.column);
  }, [editor, goTo]);

  return (
    <div class="editor">
      <div class="monaco" ref={host} />
      {editor === null && (
        <textarea
          aria-label={`Script ${name}`}
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => draft.write(draft.active, currentTarget.value)}
        />
      )}
    </div>
  );
}
