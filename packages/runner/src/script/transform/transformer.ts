/**
 * Compiles TypeScript and JSX to JavaScript with the TypeScript compiler, which is most of this program:
 * it is loaded when a file cannot do without. Types are not checked.
 */
import {
  canHaveModifiers,
  type CompilerOptions,
  createSourceFile,
  type DiagnosticWithLocation,
  factory,
  flattenDiagnosticMessageText,
  forEachChild,
  getModifiers,
  getOriginalNode,
  type ImportDeclaration,
  isExportAssignment,
  isExportDeclaration,
  isExternalModuleReference,
  isImportDeclaration,
  isImportEqualsDeclaration,
  isImportSpecifier,
  isInterfaceDeclaration,
  isNamedImports,
  isSourceFile,
  isTypeAliasDeclaration,
  JsxEmit,
  ModuleDetectionKind,
  ModuleKind,
  type Node,
  NodeFlags,
  ScriptTarget,
  type SourceFile,
  type Statement,
  SyntaxKind,
  transpileModule,
} from 'typescript';
import type { Settings } from './settings.ts';

/** JavaScript, and the source map that leads back from it, JSON text. */
export interface Transformed {
  readonly code: string;
  readonly map: string;
}

/** Why a file cannot be compiled. */
export interface TransformProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

export interface TransformOptions {
  readonly syntax: 'ts' | 'tsx' | 'jsx';
  /** The file is an ES module, whatever it exports. */
  readonly isModule: boolean;
  readonly settings: Settings;
}

const jsxForms = {
  react: JsxEmit.React,
  'react-jsx': JsxEmit.ReactJSX,
  'react-jsxdev': JsxEmit.ReactJSXDev,
} as const;

export function transform(
  source: string,
  options: TransformOptions,
): Transformed | TransformProblem {
  const file = `script.${options.syntax}`;
  let misplaced: TransformProblem | undefined;
  try {
    const { outputText, sourceMapText, diagnostics } = transpileModule(source, {
      fileName: file,
      reportDiagnostics: true,
      compilerOptions: compilerOptions(file, source, options),
      transformers: {
        after: [
          () => (root) => {
            misplaced = commonJsInModule(root, options.isModule);
            return asWritten(root, options.isModule);
          },
        ],
      },
    });
    const problem = diagnostics?.find(hasPlace);
    if (problem !== undefined) return problemOf(problem);
    if (misplaced !== undefined) return misplaced;
    const code = outputText.replace(/\/\/# sourceMappingURL=script\.jsx?\.map\s*$/, '');
    return { code, map: sourceMapText ?? '' };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { message: 'The source is nested too deeply', line: 1, column: 1, offset: 0 };
  }
}

function compilerOptions(
  file: string,
  source: string,
  { settings, isModule }: TransformOptions,
): CompilerOptions {
  const { jsx, ...others } = settings;
  const isLegacy =
    settings.experimentalDecorators ?? (source.includes('@') && decoratesParameters(file, source));
  // V8 has everything of ESNext but these two; what is not needed is left as it was written.
  const needsOlder = /@|\baccessor\b/.test(source);
  return {
    useDefineForClassFields: true,
    ...others,
    experimentalDecorators: isLegacy,
    jsx: jsxForms[jsx ?? 'react-jsx'],
    target: needsOlder ? ScriptTarget.ES2024 : ScriptTarget.ESNext,
    module: ModuleKind.Preserve,
    moduleDetection: isModule ? ModuleDetectionKind.Force : ModuleDetectionKind.Auto,
    // The body of a function is sloppy, as it is without the compiler.
    alwaysStrict: false,
    allowJs: true,
    sourceMap: true,
    isolatedModules: true,
  };
}

/** Whether a parameter is decorated, which standard decorators cannot. */
function decoratesParameters(file: string, source: string): boolean {
  const visit = (node: Node): boolean =>
    (node.kind === SyntaxKind.Decorator && node.parent.kind === SyntaxKind.Parameter) ||
    forEachChild(node, visit) === true;
  return visit(createSourceFile(file, source, ScriptTarget.ESNext, true));
}

/**
 * Keeps the kind of a file as its author wrote it. One that exports stays a module when nothing but
 * types was exported in it, and in one that neither exports nor imports, the `import` that JSX adds
 * becomes a `require()`.
 */
function asWritten(root: SourceFile, isModule: boolean): SourceFile {
  if (isModule) return root;
  const isAdded = (node: Node): boolean => node.pos < 0;
  if (getOriginalNode(root, isSourceFile).statements.some(exports)) {
    if (root.statements.some(exports)) return root;
    const nothing = factory.createNamedExports([]);
    const kept = factory.createExportDeclaration(undefined, false, nothing);
    return factory.updateSourceFile(root, [...root.statements, kept]);
  }
  if (root.statements.some((node) => isImportDeclaration(node) && !isAdded(node))) return root;
  const statements = root.statements.map((node) =>
    isImportDeclaration(node) ? requiring(node) : node,
  );
  return factory.updateSourceFile(root, statements);
}

/** What only CommonJS has, in an ES module, in the words of the compiler for targets without it. */
function commonJsInModule(root: SourceFile, isModule: boolean): TransformProblem | undefined {
  const original = getOriginalNode(root, isSourceFile);
  if (!isModule && !original.statements.some(exports)) return undefined;
  for (const node of root.statements) {
    const written = getOriginalNode(node);
    const message = isImportEqualsDeclaration(written)
      ? isExternalModuleReference(written.moduleReference) && importInModule
      : isExportAssignment(written) && written.isExportEquals === true && exportInModule;
    if (message !== false) return problemAt(message, original, written.getStart(original));
  }
  return undefined;
}

const importInModule =
  'Import assignment cannot be used when targeting ECMAScript modules. Consider using \'import * as ns from "mod"\', \'import {a} from "mod"\', \'import d from "mod"\', or another module format instead.';
const exportInModule =
  "Export assignment cannot be used when targeting ECMAScript modules. Consider using 'export default' or another module format instead.";

/** Whether a statement exports a value; that of a type leaves nothing behind. */
function exports(node: Statement): boolean {
  if (isExportDeclaration(node)) return !node.isTypeOnly;
  if (isExportAssignment(node)) return node.isExportEquals !== true;
  if (!canHaveModifiers(node)) return false;
  const modifiers = (getModifiers(node) ?? []).map(({ kind }) => kind);
  return (
    modifiers.includes(SyntaxKind.ExportKeyword) &&
    !modifiers.includes(SyntaxKind.DeclareKeyword) &&
    !isInterfaceDeclaration(node) &&
    !isTypeAliasDeclaration(node)
  );
}

/** `import { a as b } from 'c'` as `const { a: b } = require('c')`. */
function requiring(node: ImportDeclaration): Statement {
  const bindings = node.importClause?.namedBindings;
  if (bindings === undefined || !isNamedImports(bindings)) return node;
  const names = bindings.elements
    .filter(isImportSpecifier)
    .map(({ propertyName, name }) => factory.createBindingElement(undefined, propertyName, name));
  const call = factory.createCallExpression(factory.createIdentifier('require'), undefined, [
    node.moduleSpecifier,
  ]);
  const pattern = factory.createObjectBindingPattern(names);
  const declaration = factory.createVariableDeclaration(pattern, undefined, undefined, call);
  const list = factory.createVariableDeclarationList([declaration], NodeFlags.Const);
  return factory.createVariableStatement(undefined, list);
}

function hasPlace(found: object): found is DiagnosticWithLocation {
  return 'file' in found && found.file !== undefined;
}

function problemOf({ messageText, file, start }: DiagnosticWithLocation): TransformProblem {
  return problemAt(flattenDiagnosticMessageText(messageText, ' '), file, start);
}

function problemAt(message: string, file: SourceFile, start: number): TransformProblem {
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return { message, line: line + 1, column: character + 1, offset: start };
}
