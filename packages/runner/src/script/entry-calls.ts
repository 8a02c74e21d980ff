import type { Node } from 'acorn';

/** The name of the function that a script declares as its entry. */
export const entryName = 'execute';

/** What this file reads of a node, whatever its type. */
type AnyNode = Node & {
  readonly [
    Key in 'callee' | 'tag' | 'object' | 'property' | 'left' | 'right' | 'argument'
  ]?: AnyNode;
} & {
  readonly id?: AnyNode | null;
  readonly init?: AnyNode | null;
  readonly name?: string;
  readonly value?: unknown;
  readonly params?: readonly AnyNode[];
  readonly elements?: readonly (AnyNode | null)[];
  readonly properties?: readonly AnyNode[];
};

/** A scope as the parser keeps it: the names that it declares. */
export interface Scope {
  readonly flags: number;
  readonly var: readonly string[];
  readonly lexical: readonly string[];
  readonly functions: readonly string[];
}

/** The parser's flags of scopes that hold `var`: the top, functions, static blocks of classes. */
const varScopes = 1 | 2 | 256;

/** Whether a scope that the parser is about to leave declares `name`. */
export function declaresIn(scope: Scope, name: string): boolean {
  const { flags, lexical, functions } = scope;
  const isOwn = (flags & varScopes) !== 0 && scope.var.includes(name);
  return isOwn || lexical.includes(name) || functions.includes(name);
}

/**
 * Collects, while a file is parsed, where it calls its own top-level `execute`. A call in a scope that
 * declares the name anew is another function's.
 */
export class EntryCalls {
  /** Offsets of calls, by scope from the outermost. */
  readonly #calls: number[][] = [[]];
  /** What gives the name its function: calls in there are recursion. */
  readonly #bodies: Node[] = [];

  /** Whether the file calls it anywhere but in the function itself. */
  get any(): boolean {
    const isRecursion = (at: number): boolean =>
      this.#bodies.some(({ start, end }) => at >= start && at < end);
    return this.#calls[0]?.some((at) => !isRecursion(at)) === true;
  }

  enter(): void {
    this.#calls.push([]);
  }

  exit(scope: Scope | undefined): void {
    const inner = this.#calls.pop() ?? [];
    if (inner.length === 0 || scope === undefined || declaresIn(scope, entryName)) return;
    for (const at of inner) this.#calls.at(-1)?.push(at);
  }

  /** Takes each node when it is finished. */
  note(node: AnyNode, type: string): void {
    switch (type) {
      case 'CallExpression':
      case 'NewExpression':
      case 'TaggedTemplateExpression':
        if (isEntry(node.callee ?? node.tag)) this.#calls.at(-1)?.push(node.start);
        return;
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        if (node.id?.name === entryName) this.#bodies.push(node);
        return;
      case 'VariableDeclarator':
        if (node.init != null && binds(node.id)) this.#bodies.push(node.init);
        return;
      case 'AssignmentExpression':
        if (node.right !== undefined && binds(node.left)) this.#bodies.push(node.right);
        return;
      // The parser keeps no scope for the name of an expression, nor for what precedes an arrow.
      case 'FunctionExpression':
      case 'ClassExpression':
        if (node.id?.name === entryName) this.#forget(node.start);
        return;
      case 'ArrowFunctionExpression':
        if (node.params?.some(binds) === true) this.#forget(node.start);
    }
  }

  #forget(start: number): void {
    const calls = this.#calls.pop() ?? [];
    this.#calls.push(calls.filter((at) => at < start));
  }
}

/** `execute`, `execute.call`, `execute.apply`. */
function isEntry(called: AnyNode | undefined): boolean {
  if (called?.type !== 'MemberExpression') return called?.name === entryName;
  const { name } = called.property ?? {};
  return called.object?.name === entryName && (name === 'call' || name === 'apply');
}

/** Whether a pattern binds the name. */
function binds(pattern: AnyNode | null | undefined): boolean {
  switch (pattern?.type) {
    case 'Identifier':
      return pattern.name === entryName;
    case 'ObjectPattern':
      return pattern.properties?.some(binds) === true;
    case 'ArrayPattern':
      return pattern.elements?.some(binds) === true;
    case 'Property':
      return binds(pattern.value as AnyNode);
    case 'AssignmentPattern':
      return binds(pattern.left);
    case 'RestElement':
      return binds(pattern.argument);
    default:
      return false;
  }
}
