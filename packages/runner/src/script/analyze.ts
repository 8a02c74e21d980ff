import {
  type ExportAllDeclaration,
  type ExportNamedDeclaration,
  type ImportDeclaration,
  type Node,
  type Options,
  Parser,
  type Program,
  type Statement,
} from 'acorn';
import { noteExpression, onlyDeclares } from './declares.ts';
import { type LastExpression, lastExpression, lastText } from './last-expression.ts';
import { declaresIn, EntryCalls, entryName, type Scope } from './entry-calls.ts';
import { problemOf, type SourceProblem } from './problem.ts';
import type { UsedNames } from './used-names.ts';

/** What the entry rules need to know of one source file. Offsets are UTF-16 units. */
export interface Analysis {
  /** `module`: has an export, so it is a native ES module. `body`: the body of an async function. */
  readonly kind: 'module' | 'body';
  readonly imports: readonly ImportDeclaration[];
  /** Everything that names another module statically, in the order of the text. */
  readonly requests: readonly Request[];
  /** Offsets of the keyword in each `import(…)` and `import.meta`. */
  readonly importWords: readonly number[];
  /** A body that has what a module has around it: imports, `import.meta`, strict mode. */
  readonly hasModuleScope: boolean;
  readonly hasTopLevelAwait: boolean;
  /** `execute` is declared at the top level, by whatever means. */
  readonly declaresExecute: boolean;
  /** The file calls its `execute` itself. */
  readonly callsExecute: boolean;
  /** The file has nothing but imports, exports, functions and classes, so that there is nothing to run. */
  readonly onlyDeclares: boolean;
  /** The last top-level expression statement that is no directive. */
  readonly lastExpression: LastExpression | null;
  /** The text that is the file's only expression, where the parser takes it for a directive. */
  readonly lastText: string | null;
  /** The statements of the top level, without what is in functions and expressions. */
  readonly body: Program['body'];
  /** The whole syntax tree, if `keepsTree` was set. */
  readonly program: Program | undefined;
}

/** `import … from` or `export … from`. */
export type Request =
  | ImportDeclaration
  | ExportAllDeclaration
  | (ExportNamedDeclaration & { readonly source: ImportDeclaration['source'] });

interface Found {
  readonly importWords: number[];
  hasTopLevelAwait: boolean;
  hasImportMeta: boolean;
}

/** Any node, as the parser's internals know it. */
type AnyNode = Node & {
  await?: boolean;
  body?: unknown;
  expression?: Node;
  kind?: string;
  meta?: Node;
};

/** The internals of the parser that the scanner uses or overrides. */
interface ParserInside {
  readonly inFunction: boolean;
  readonly allowUsing: boolean;
  currentScope(): { readonly flags: number };
  readonly scopeStack: readonly Scope[];
  /** Each finished node passes through here. */
  finishNode(node: AnyNode, type: string): Node;
  enterScope(flags: number): void;
  exitScope(): void;
  toAssignable(node: AnyNode | null, isBinding: boolean, errors: unknown): AnyNode | null;
  checkLValSimple(node: AnyNode, bindingType: number, clashes: unknown): void;
}

/**
 * Records the word `import` and top-level `await` while it parses, so that no second walk is needed, and drops
 * the subtrees that are not needed: a large source must not become a tree of a hundred times its size.
 * There is one class for all files, since V8 would optimise each subclass anew, which would take most
 * of a small file's time.
 */
class Scanner extends Parser {
  readonly found: Found = { importWords: [], hasTopLevelAwait: false, hasImportMeta: false };
  /** The parser enters its first scope before there is one. */
  readonly entryCalls: EntryCalls | undefined = new EntryCalls();
  readonly #keepsTree: boolean;
  readonly #names: UsedNames | undefined;

  constructor(source: string, keepsTree: boolean, mayAwait: boolean, names?: UsedNames) {
    super({ ...parserOptions, allowAwaitOutsideFunction: mayAwait }, source);
    this.#keepsTree = keepsTree;
    this.#names = names;
  }

  /** The top level of every file is the body of a function or a module. */
  protected get allowUsing(): boolean {
    const { currentScope } = this as unknown as ParserInside;
    return (Reflect.apply(currentScope, this, []).flags & inSwitch) === 0;
  }

  /** Whether the file declares `name` at its top level. */
  declares(this: Scanner & ParserInside, name: string): boolean {
    const [top] = this.scopeStack;
    return top !== undefined && declaresIn(top, name);
  }

  protected enterScope(flags: number): void {
    this.entryCalls?.enter();
    Reflect.apply(inside.enterScope, this, [flags]);
  }

  protected exitScope(this: Scanner & ParserInside): void {
    this.entryCalls?.exit(this.scopeStack.at(-1));
    Reflect.apply(inside.exitScope, this, []);
  }

  /** A call in the place of a target is V8's to judge: it throws when it runs, but for patterns. */
  protected toAssignable(
    node: AnyNode | null,
    isBinding: boolean,
    errors: unknown,
  ): AnyNode | null {
    if (node?.type === 'CallExpression' && !isBinding) return node;
    return Reflect.apply(inside.toAssignable, this, [node, isBinding, errors]);
  }

  protected checkLValSimple(node: AnyNode, bindingType = 0, clashes?: unknown): void {
    if (node.type === 'CallExpression' && bindingType === 0) return;
    Reflect.apply(inside.checkLValSimple, this, [node, bindingType, clashes]);
  }

  protected finishNode(this: Scanner & ParserInside, node: AnyNode, type: string): Node {
    const { found } = this;
    if (type === 'ImportExpression') found.importWords.push(node.start);
    // The other meta property is `new.target`.
    if (type === 'MetaProperty' && node.meta?.end === node.start + 'import'.length) {
      found.importWords.push(node.start);
      found.hasImportMeta = true;
    }
    const awaits =
      type === 'AwaitExpression' ||
      (type === 'ForOfStatement' && node.await === true) ||
      (type === 'VariableDeclaration' && node.kind === 'await using');
    if (awaits && !this.inFunction) found.hasTopLevelAwait = true;
    this.entryCalls?.note(node, type);
    if (type === 'ExpressionStatement') noteExpression(node);
    if (!this.#keepsTree && finished.has(type)) node.body = dropped;
    if (!this.#keepsTree && type === 'ExpressionStatement' && node.expression?.type !== 'Literal') {
      node.expression = dropped;
    }
    const done = Reflect.apply(inside.finishNode, this, [node, type]);
    this.#names?.note(done, type);
    return done;
  }
}

/** The parser's flag of a scope that is the bare body of a `switch`, where `using` is not allowed. */
const inSwitch = 0x400;

const inside = Parser.prototype as unknown as ParserInside;

const parserOptions: Options = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowHashBang: true,
  allowReturnOutsideFunction: true,
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

/**
 * Parses `source` as JavaScript. `keepsTree`: returns the whole tree, for a check. `names`: takes the
 * names that it uses.
 */
export function analyze(
  source: string,
  forceModule: boolean,
  keepsTree: boolean,
  names?: UsedNames,
): Analysis | SourceProblem {
  const scanned = scan(source, keepsTree, true, names);
  // In a script without `await` it is a name like any other.
  const isName = 'message' in scanned || scanned.scanner.declares('await');
  const again =
    isName && /\bawait\b/.test(source) ? scan(source, keepsTree, false, names) : scanned;
  const chosen = 'message' in again ? scanned : again;
  if ('message' in chosen) return chosen;
  const { scanner, program } = chosen;
  const body = program.body as Statement[];
  const isModule = forceModule || program.body.some((node) => node.type.startsWith('Export'));
  const imports = program.body.filter((node) => node.type === 'ImportDeclaration');
  const { importWords, hasTopLevelAwait, hasImportMeta } = scanner.found;
  const expression = lastExpression(body);
  return {
    kind: isModule ? 'module' : 'body',
    imports,
    requests: program.body.filter(isRequest),
    importWords,
    hasTopLevelAwait,
    hasModuleScope: !isModule && (imports.length > 0 || hasImportMeta),
    declaresExecute: scanner.declares(entryName),
    callsExecute: scanner.entryCalls?.any === true,
    onlyDeclares: program.body.every(onlyDeclares),
    lastExpression: expression,
    lastText: expression === null ? lastText(body) : null,
    body: program.body,
    program: keepsTree ? program : undefined,
  };
}

interface Scanned {
  readonly scanner: Scanner & ParserInside;
  readonly program: Program;
}

function scan(
  source: string,
  keepsTree: boolean,
  mayAwait: boolean,
  names?: UsedNames,
): Scanned | SourceProblem {
  try {
    names?.clear();
    const scanner = new Scanner(source, keepsTree, mayAwait, names) as Scanner & ParserInside;
    return { scanner, program: scanner.parse() };
  } catch (error) {
    return problemOf(error);
  }
}

function isRequest(node: Program['body'][number]): node is Request {
  if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') return true;
  return node.type === 'ExportNamedDeclaration' && node.source != null;
}
