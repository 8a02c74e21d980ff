import { blankSourceFile } from 'ts-blank-space';
import ts from 'typescript';
import type { Erased } from './erased.ts';

interface Parsed extends ts.SourceFile {
  readonly parseDiagnostics: readonly ts.DiagnosticWithLocation[];
}

/** Puts blanks in the place of types, so that every position stays. */
export function erase(text: string): Erased {
  const { ESNext } = ts.ScriptTarget;
  const file = ts.createSourceFile('script.ts', text, ESNext, false, ts.ScriptKind.TS) as Parsed;
  const wrongAt = (position: number, wrong: string): Erased => {
    const { line, character } = file.getLineAndCharacterOfPosition(position);
    return { wrong, line: line + 1, column: character + 1 };
  };
  const [fault] = file.parseDiagnostics;
  if (fault !== undefined) {
    return wrongAt(fault.start, ts.flattenDiagnosticMessageText(fault.messageText, '\n'));
  }
  const more: ts.Node[] = [];
  const erased = blankSourceFile(file, (node) => void more.push(node));
  const [first] = more;
  if (first === undefined) return { text: erased };
  const wrong = `${wordsOf(first)} needs a compiler, which is on the service: choose Run`;
  return wrongAt(first.getStart(file), wrong);
}

function wordsOf({ kind }: ts.Node): string {
  return words.find(({ kinds }) => kinds.includes(kind))?.word ?? 'TypeScript of more than types';
}

const {
  EnumDeclaration,
  ExportAssignment,
  ImportEqualsDeclaration,
  ModuleDeclaration,
  PrivateKeyword,
  ProtectedKeyword,
  PublicKeyword,
  ReadonlyKeyword,
  TypeAssertionExpression,
} = ts.SyntaxKind;

const words: readonly { readonly word: string; readonly kinds: readonly ts.SyntaxKind[] }[] = [
  { word: 'An enum', kinds: [EnumDeclaration] },
  { word: 'A namespace with values', kinds: [ModuleDeclaration] },
  {
    word: 'A parameter that is a property',
    kinds: [PrivateKeyword, ProtectedKeyword, PublicKeyword, ReadonlyKeyword],
  },
  { word: 'This import', kinds: [ImportEqualsDeclaration] },
  { word: 'This export', kinds: [ExportAssignment] },
  { word: 'An assertion in angle brackets', kinds: [TypeAssertionExpression] },
];
