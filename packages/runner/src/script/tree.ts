import type { Node } from 'acorn';

/** A node as a walk over any tree sees it. */
export type AnyNode = Node & Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
}

/** Calls `visit` for `root` and every node below it. Not recursive, since trees may be deep. */
export function walk(root: Node, visit: (node: AnyNode) => void): void {
  const open: AnyNode[] = [root as AnyNode];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    visit(node);
    for (const value of Object.values(node)) {
      if (isNode(value)) open.push(value);
      else if (Array.isArray(value)) for (const item of value) if (isNode(item)) open.push(item);
    }
  }
}

/** The text of a string literal. */
export function literal(node: unknown): string | undefined {
  if (!isNode(node) || node.type !== 'Literal') return undefined;
  const { value } = node;
  return typeof value === 'string' ? value : undefined;
}

/** The name of an identifier. */
export function identifier(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' ? (node['name'] as string) : undefined;
}

/** The name of a member that is not computed. */
export function memberOf(node: unknown, object?: string): string | undefined {
  if (!isNode(node) || node.type !== 'MemberExpression' || node['computed'] === true)
    return undefined;
  if (object !== undefined && identifier(node['object']) !== object) return undefined;
  return identifier(node['property']);
}

export function isFunction(node: unknown): node is AnyNode {
  return (
    isNode(node) && (node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression')
  );
}
