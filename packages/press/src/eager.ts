import { type Node, parse } from 'acorn';

/** A function of a script, with the functions nested directly in it. */
interface FunctionNode {
  readonly id: number;
  readonly node: AnyNode;
  readonly parent: AnyNode;
  readonly inner: FunctionNode[];
}

/** Any node, with the properties that are read here. */
interface AnyNode extends Node {
  readonly body?: AnyNode | readonly (AnyNode & { readonly directive?: string })[];
  readonly id?: AnyNode | null;
  readonly key?: AnyNode;
  readonly async?: boolean;
  readonly generator?: boolean;
  readonly method?: boolean;
  readonly kind?: string;
}

/**
 * Instruments every function of `text`: calling function number 7 sets `castellanRan["NAME:7"]`.
 */
export function markCalls(text: string, name: string): string {
  const edits: { at: number; text: string }[] = [];
  walk(functionsOf(text), ({ id, node }) => {
    const mark = `castellanRan[${JSON.stringify(`${name}:${id}`)}]=1`;
    const start = bodyStart(node);
    if (start !== undefined) edits.push({ at: start, text: `;${mark};` });
    else if (isNode(node.body)) {
      edits.push({ at: node.body.start, text: `(${mark},` }, { at: node.body.end, text: ')' });
    }
  });
  let result = '';
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.at - b.at)) {
    result += text.slice(at, edit.at) + edit.text;
    at = edit.at;
  }
  return result + text.slice(at);
}

/**
 * Rewrites the functions whose numbers are in `ran` so that V8 compiles them eagerly and includes
 * them in its compiled code: it does so for functions in parentheses. Declarations become variables
 * at the start of their function, which is what hoisting does to them.
 */
export function compileEagerly(text: string, ran: ReadonlySet<number>): string {
  const render = (owner: FunctionNode, start: number, end: number): string => {
    const insertAt = bodyStart(owner.node);
    const hoisted: string[] = [];
    let head = '';
    let rest = '';
    let at = start;
    if (insertAt !== undefined && insertAt >= start) {
      head = text.slice(start, insertAt);
      at = insertAt;
    }
    for (const inner of owner.inner) {
      const piece = inner.node.start < at ? undefined : rewritten(owner, inner, hoisted);
      if (piece === undefined) continue;
      rest += text.slice(at, inner.node.start) + piece;
      at = inner.node.end;
    }
    const moved = hoisted.length === 0 ? '' : `;${hoisted.join('')}`;
    return head + moved + rest + text.slice(at, end);
  };

  /** Returns the new text of a function; undefined leaves it and everything in it unchanged. */
  const rewritten = (
    owner: FunctionNode,
    inner: FunctionNode,
    hoisted: string[],
  ): string | undefined => {
    const { id, node, parent } = inner;
    if (!ran.has(id)) return undefined;
    if (node.type === 'FunctionDeclaration') {
      const isHoistable = bodyStart(owner.node) !== undefined && parent === owner.node.body;
      if (!isHoistable || node.generator === true || !isNode(node.id))
        return render(inner, node.start, node.end);
      const name = text.slice(node.id.start, node.id.end);
      const rest = render(inner, node.id.end, node.end);
      hoisted.push(`var ${name}=(${node.async === true ? 'async ' : ''}function${rest});`);
      return '';
    }
    const own = render(inner, node.start, node.end);
    const isMethod =
      parent.method === true || ['get', 'set', 'method', 'constructor'].includes(parent.kind ?? '');
    if (!isMethod) return `(${own})`;
    // esbuild's wrapper of a CommonJS file is a method with the name of the file.
    const isWrapper =
      parent.type === 'Property' && parent.method === true && parent.key?.type === 'Literal';
    return isWrapper && node.async !== true && node.generator !== true ? `:(function${own})` : own;
  };

  const root = functionsOf(text);
  return render(root, 0, text.length);
}

function functionsOf(text: string): FunctionNode {
  const program = parse(text, { ecmaVersion: 'latest' }) as unknown as AnyNode;
  const root: FunctionNode = { id: -1, node: program, parent: program, inner: [] };
  let count = 0;
  const visit = (node: AnyNode, parent: AnyNode, owner: FunctionNode): void => {
    let within = owner;
    if (/^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) {
      within = { id: count++, node, parent, inner: [] };
      owner.inner.push(within);
    }
    for (const value of Object.values(node) as unknown[]) {
      if (isNode(value)) visit(value, node, within);
      else if (Array.isArray(value))
        for (const item of value) if (isNode(item)) visit(item, node, within);
    }
  };
  visit(program, program, root);
  walk(root, ({ inner }) => inner.sort((a, b) => a.node.start - b.node.start));
  return root;
}

function walk(from: FunctionNode, take: (found: FunctionNode) => void): void {
  if (from.id >= 0) take(from);
  for (const inner of from.inner) walk(inner, take);
}

/** The position of the first statement of a function, after its directives. */
function bodyStart({ body }: AnyNode): number | undefined {
  if (!isNode(body) || body.type !== 'BlockStatement' || !Array.isArray(body.body))
    return undefined;
  let at = body.start + 1;
  for (const statement of body.body as readonly (AnyNode & { directive?: string })[]) {
    if (statement.directive === undefined) break;
    at = statement.end;
  }
  return at;
}

function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { type?: unknown }).type === 'string'
  );
}
