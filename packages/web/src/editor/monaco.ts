/** The editor itself: a large part of the page, loaded when the rest has been drawn. */
import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/editor/contrib/gotoSymbol/browser/goToCommands';
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/caretOperations/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codeEditor/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/contextmenu/register';
import 'monaco-editor/features/cursorUndo/register';
import 'monaco-editor/features/documentSymbols/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/folding/register';
import 'monaco-editor/features/format/register';
import 'monaco-editor/features/gotoError/register';
import 'monaco-editor/features/gotoSymbol/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/indentation/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/features/multicursor/register';
import 'monaco-editor/features/parameterHints/register';
import 'monaco-editor/features/quickCommand/register';
import 'monaco-editor/features/quickHelp/register';
import 'monaco-editor/features/readOnlyMessage/register';
import 'monaco-editor/features/rename/register';
import 'monaco-editor/features/smartSelect/register';
import 'monaco-editor/features/snippet/register';
import 'monaco-editor/features/toggleTabFocusMode/register';
import 'monaco-editor/features/tokenization/register';
import 'monaco-editor/features/unicodeHighlighter/register';
import 'monaco-editor/features/wordHighlighter/register';
import 'monaco-editor/features/wordOperations/register';
import 'monaco-editor/languages/definitions/javascript/register';
import 'monaco-editor/languages/definitions/typescript/register';
import {
  javascriptDefaults,
  JsxEmit,
  ModuleKind,
  ModuleResolutionKind,
  ScriptTarget,
  typescriptDefaults,
} from 'monaco-editor/languages/features/typescript/register';
import type { Problem } from '@castellan/protocol';
import type { File } from '../script/draft.ts';
import { placeOf } from './place.ts';

/** What the editor tells. */
export interface EditorEvents {
  readonly onText: (at: number, text: string) => void;
  readonly onRun: () => void;
  readonly onRunHere: () => void;
  readonly onCancel: () => void;
}

/** The libraries of types that a script is written against. */
export interface Libraries {
  /** Ours, and those that the build cut out, by name. */
  readonly files: ReadonlyMap<string, string>;
  /** Where what a script imports has its types: files by specifier. */
  readonly paths: Readonly<Record<string, string[]>>;
  /** A script with a browser writes functions for pages, so it needs all that pages have. */
  readonly hasDom: boolean;
}

/** Codes of TypeScript: what is fine in a script of Castellan, or what its own check says better. */
const notProblems = [
  1108, // return outside of a function
  1375,
  1378, // await at the top level
  2304,
  2552, // names that are not there
  2307,
  2792, // modules that are not there
  2580,
  2584, // names that need types of something
  2686, // React as a global
  2875, // JSX without its runtime
  7026, // elements of JSX without types
];

/** Monaco's own, on the ground of the page around it. */
const themes = [
  ['castellan-light', 'vs', '#ffffff'],
  ['castellan-dark', 'vs-dark', '#1e1e1e'],
] as const;

/** Makes the editor in an element of the page. */
export function openEditor(host: HTMLElement, events: EditorEvents) {
  self.MonacoEnvironment = {
    getWorker: (_id, label) =>
      /script/.test(label)
        ? new Worker(new URL('../compiler/types.worker.ts', import.meta.url), {
            type: 'module',
            name: 'types',
          })
        : new EditorWorker({ name: 'editor' }),
  };
  for (const [name, base, ground] of themes) {
    const colors = { 'editor.background': ground, 'editorGutter.background': ground };
    monaco.editor.defineTheme(name, { base, inherit: true, rules: [], colors });
  }
  const editor = monaco.editor.create(host, {
    model: null,
    automaticLayout: true,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    fontSize: 13,
    lineHeight: 20,
    tabSize: 2,
    fixedOverflowWidgets: true,
    ariaLabel: 'Script. Control and M lets the Tab key leave the editor.',
    padding: { top: 8, bottom: 8 },
    lineNumbersMinChars: 3,
    links: false,
  });
  const { CtrlCmd, Shift } = monaco.KeyMod;
  editor.addCommand(CtrlCmd | monaco.KeyCode.Enter, events.onRun);
  editor.addCommand(CtrlCmd | Shift | monaco.KeyCode.Enter, events.onRunHere);
  editor.addCommand(CtrlCmd | monaco.KeyCode.Period, events.onCancel);
  let models: monaco.editor.ITextModel[] = [];
  let isSetting = false;

  return {
    /** Shows files: a tab for each, one of them open. Text that is the same is left alone. */
    setFiles(files: readonly File[], active: number): void {
      isSetting = true;
      const wanted = files.map(({ name }) => monaco.Uri.file(`/${name}`).toString());
      for (const model of models) if (!wanted.includes(model.uri.toString())) model.dispose();
      models = files.map(({ name, text }, at) => {
        const uri = monaco.Uri.file(`/${name}`);
        const model =
          monaco.editor.getModel(uri) ?? monaco.editor.createModel(text, languageOf(name), uri);
        if (model.getValue() !== text) model.setValue(text);
        if (models[at] !== model) {
          model.onDidChangeContent(() => {
            const place = models.indexOf(model);
            if (!isSetting && place >= 0) events.onText(place, model.getValue());
          });
        }
        return model;
      });
      const shown = models[active] ?? null;
      if (editor.getModel() !== shown) editor.setModel(shown);
      isSetting = false;
    },

    setProblems(files: readonly File[], problems: readonly Problem[]): void {
      models.forEach((model, at) => {
        const own = problems.filter(({ file }) => placeOf(file, files) === at);
        monaco.editor.setModelMarkers(
          model,
          'castellan',
          own.map((problem) => markerOf(problem, model)),
        );
      });
    },

    setLibraries({ files, paths, hasDom }: Libraries): void {
      const lib = ['lib.esnext.d.ts', ...(hasDom ? ['lib.dom.d.ts', 'lib.dom.iterable.d.ts'] : [])];
      for (const defaults of [typescriptDefaults, javascriptDefaults]) {
        defaults.setCompilerOptions({
          allowJs: true,
          allowNonTsExtensions: true,
          baseUrl: 'file:///',
          // The default of a package of CommonJS is all that it exports.
          esModuleInterop: true,
          jsx: JsxEmit.ReactJSX,
          lib,
          module: ModuleKind.ESNext,
          // Each file has a scope of its own, and may await at its top level.
          moduleDetection: 3,
          moduleResolution: ModuleResolutionKind.NodeJs,
          paths: { ...paths },
          skipLibCheck: true,
          target: ScriptTarget.ESNext,
        });
        defaults.setDiagnosticsOptions({ diagnosticCodesToIgnore: notProblems });
        defaults.setEagerModelSync(true);
        defaults.setExtraLibs(
          [...files].map(([name, content]) => ({ content, filePath: `file:///${name}` })),
        );
      }
    },

    setDark(isDark: boolean): void {
      monaco.editor.setTheme(isDark ? 'castellan-dark' : 'castellan-light');
    },

    reveal(line: number, column: number): void {
      editor.setPosition({ lineNumber: line, column });
      editor.revealLineInCenterIfOutsideViewport(line);
      editor.focus();
    },

    dispose(): void {
      for (const model of models) model.dispose();
      editor.dispose();
    },
  };
}

export type OpenEditor = ReturnType<typeof openEditor>;

function languageOf(name: string): string {
  if (/\.[cm]?tsx?$/.test(name)) return 'typescript';
  return /\.[cm]?jsx?$/.test(name) ? 'javascript' : 'plaintext';
}

function markerOf(problem: Problem, model: monaco.editor.ITextModel): monaco.editor.IMarkerData {
  const line = Math.min(problem.line ?? 1, model.getLineCount());
  const column = Math.min(problem.column ?? 1, model.getLineMaxColumn(line));
  const word = model.getWordAtPosition({ lineNumber: line, column });
  return {
    severity: monaco.MarkerSeverity.Error,
    message: problem.message,
    source: problem.code,
    startLineNumber: line,
    startColumn: column,
    endLineNumber: line,
    endColumn: Math.max(
      column + 1,
      word?.endColumn ?? column + (problem.specifier?.length ?? 0) + 2,
    ),
  };
}
