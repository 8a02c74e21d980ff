import {
  type ImportDeclaration,
  type Node,
  type Options,
  Parser,
  type Program,
  type Statement,
} from 'acorn';
import type { Place } from './refusal.ts';

/** What the entry rules need to know of one source file. Offsets are UTF-16 units. */
export interface Analysis {
  /** `module`: has an export, so it is a native ES module. `body`: the body of an async function. */
  readonly kind: 'module' | 'body';
  readonly imports: readonly ImportDeclaration[];
  /** Offsets of the keyword in each `import(…)`. */
  readonly dynamicImports: readonly number[];
  readonly hasTopLevelAwait: boolean;
  readonly declaresExecute: boolean;
  /** The file has nothing but imports and declarations, so it has no value of its own. */
  readonly onlyDeclares: boolean;
  /** The last top-level expression statement. */
  readonly lastExpression: { readonly start: number; readonly end: number } | null;
  /** The whole syntax tree, if `keepsTree` was set. */
  readonly program: Program | undefined;
}

export interface SourceProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

interface Found {
  readonly dynamicImports: number[];
  hasTopLevelAwait: boolean;
}

/** Any node, as the parser's internals know it. */
type AnyNode = Node & { await?: boolean; body?: unknown; expression?: Node; kind?: string };

/** The internals of the parser that the scanner overrides: each finished node passes through here. */
interface ParserInside {
  readonly inFunction: boolean;
  readonly allowUsing: boolean;
  currentScope(): { readonly flags: number };
  finishNode(node: AnyNode, type: string): Node;
}

/**
 * Records `import(` and top-level `await` while it parses, so that no second walk is needed, and drops
 * the subtrees that are not needed: a large source must not become a tree of a hundred times its size.
 * There is one class for all files, since V8 would optimise each subclass anew, which would take most
 * of a small file's time.
 */
class Scanner extends Parser {
  readonly found: Found = { dynamicImports: [], hasTopLevelAwait: false };
  readonly #keepsTree: boolean;

  constructor(source: string, keepsTree: boolean) {
    super(parserOptions, source);
    this.#keepsTree = keepsTree;
  }

  /** The top level of every file is the body of a function or a module. */
  protected get allowUsing(): boolean {
    const { currentScope } = this as unknown as ParserInside;
    return (Reflect.apply(currentScope, this, []).flags & inSwitch) === 0;
  }

  protected finishNode(this: Scanner & ParserInside, node: AnyNode, type: string): Node {
    const { found } = this;
    if (type === 'ImportExpression') found.dynamicImports.push(node.start);
    const awaits =
      type === 'AwaitExpression' ||
      (type === 'ForOfStatement' && node.await === true) ||
      (type === 'VariableDeclaration' && node.kind === 'await using');
    if (awaits && !this.inFunction) found.hasTopLevelAwait = true;
    if (!this.#keepsTree && finished.has(type)) node.body = dropped;
    if (!this.#keepsTree && type === 'ExpressionStatement' && node.expression?.type !== 'Literal') {
      node.expression = dropped;
    }
    return Reflect.apply(inside.finishNode, this, [node, type]);
  }
}

/** The parser's flag of a scope that is the bare body of a `switch`, where `using` is not allowed. */
const inSwitch = 0x400;

const inside = Parser.prototype as unknown as ParserInside;

export const parserOptions: Options = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowHashBang: true,
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  allowImportExportEverywhere: true,
};

const dropped: Node = { type: 'Dropped', start: 0, end: 0 };

/** Nodes whose body the parser itself does not read again. */
const finished = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassBody',
]);

/** Parses `source` as JavaScript. `keepsTree`: returns the whole tree, for a check. */
export function analyze(
  source: string,
  forceModule: boolean,
  keepsTree: boolean,
): Analysis | SourceProblem {
  let scanner: Scanner;
  let program: Program;
  try {
    scanner = new Scanner(source, keepsTree);
    program = scanner.parse();
  } catch (error) {
    return problemOf(error);
  }
  const body = program.body as Statement[];
  const isModule = forceModule || program.body.some((node) => node.type.startsWith('Export'));
  return {
    kind: isModule ? 'module' : 'body',
    imports: program.body.filter((node) => node.type === 'ImportDeclaration'),
    ...scanner.found,
    declaresExecute: body.some(declaresExecute),
    onlyDeclares: program.body.every((node) => declaring.has(node.type) || isDirective(node)),
    lastExpression: lastExpression(body),
    program: keepsTree ? program : undefined,
  };
}

/** The first place where a source breaks a rule of ES modules; `analyze` does not check those. */
export function strictPlace(file: string, source: string): Place | null {
  try {
    Parser.parse(source, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
    return null;
  } catch (error) {
    const { line, column } = problemOf(error);
    return { file, line, column };
  }
}

const declaring = new Set([
  'ImportDeclaration',
  'FunctionDeclaration',
  'ClassDeclaration',
  'VariableDeclaration',
  'EmptyStatement',
]);

function isDirective(node: Node): boolean {
  return (
    node.type === 'ExpressionStatement' && 'directive' in node && node.directive === 'use strict'
  );
}

function declaresExecute(node: Statement): boolean {
  if (node.type === 'FunctionDeclaration') return node.id.name === 'execute';
  return (
    node.type === 'VariableDeclaration' &&
    node.declarations.some(({ id }) => id.type === 'Identifier' && id.name === 'execute')
  );
}

function lastExpression(body: readonly Statement[]): Analysis['lastExpression'] {
  const node = body.findLast((statement) => {
    return statement.type === 'ExpressionStatement' && !isDirective(statement);
  });
  return node === undefined ? null : { start: node.start, end: node.end };
}

function problemOf(error: unknown): SourceProblem {
  const {
    message = '',
    loc,
    pos,
  } = error as {
    message?: string;
    loc?: { line: number; column: number };
    pos?: number;
  };
  if (loc === undefined) {
    if (!(error instanceof RangeError)) throw error;
    return { message: 'The source is nested too deeply', line: 1, column: 1, offset: 0 };
  }
  return {
    message: message.replace(/ \(\d+:\d+\)$/, ''),
    line: loc.line,
    column: loc.column + 1,
    offset: pos ?? 0,
  };
}
