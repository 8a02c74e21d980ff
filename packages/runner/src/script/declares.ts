import type { Node, Statement, ModuleDeclaration } from 'acorn';

/** The parts of nodes that this file reads. */
type AnyNode = Node & {
  readonly [Key in 'object' | 'property' | 'left' | 'right' | 'expression' | 'callee']?: AnyNode;
} & {
  readonly name?: string;
  readonly value?: unknown;
  readonly operator?: string;
  readonly arguments?: readonly AnyNode[];
};

/** An expression statement, with what is noted of it before the parser drops what is in it. */
export interface Noted {
  readonly expression?: AnyNode;
  exportsOnly?: boolean;
  /** The whole expression is a function or a class, maybe without a name. */
  isFunction?: boolean;
}

export function noteExpression(node: Noted): void {
  if (node.expression === undefined) return;
  node.exportsOnly = exportsOnly(node.expression);
  node.isFunction = functions.has(node.expression.type);
}

/** Statements that do nothing but introduce names. */
const introducing = new Set([
  'ImportDeclaration',
  'FunctionDeclaration',
  'ClassDeclaration',
  'EmptyStatement',
  'ExportNamedDeclaration',
  'ExportDefaultDeclaration',
  'ExportAllDeclaration',
]);

const functions = new Set(['FunctionExpression', 'ArrowFunctionExpression', 'ClassExpression']);

/**
 * Whether a top-level statement only introduces what others may use: an import, an export, a function
 * or class, also in a variable. A file of nothing else has nothing to run.
 */
export function onlyDeclares(node: Statement | ModuleDeclaration): boolean {
  if (introducing.has(node.type)) return true;
  if (node.type === 'ExpressionStatement')
    return isDirective(node) || (node as Noted).exportsOnly === true;
  return (
    node.type === 'VariableDeclaration' &&
    node.declarations.every(({ init }) => init != null && functions.has(init.type))
  );
}

/**
 * A directive as tools define them. Another text in front of everything may be all that a script has
 * to say, so that it counts as an expression.
 */
export function isDirective(node: Node): boolean {
  return (
    'directive' in node && typeof node.directive === 'string' && node.directive.startsWith('use ')
  );
}

/**
 * Whether an expression only exports, in the way of CommonJS, a function or something that has a name:
 * `exports.a = function () {}`, and what compilers write in front of it.
 */
function exportsOnly(node: AnyNode): boolean {
  if (node.type === 'CallExpression') {
    const [target, key] = node.arguments ?? [];
    const { object, property } = node.callee ?? {};
    const defines = object?.name === 'Object' && property?.name === 'defineProperty';
    return defines && target?.name === 'exports' && key?.value === '__esModule';
  }
  if (node.type !== 'AssignmentExpression' || node.operator !== '=') return false;
  const { left, right } = node;
  if (left?.type !== 'MemberExpression' || right === undefined || !isExports(left.object))
    return false;
  const isNamed = right.type === 'Identifier' || functions.has(right.type);
  // Compilers write `exports.a = exports.b = void 0`.
  return (
    isNamed || (right.type === 'UnaryExpression' && right.operator === 'void') || exportsOnly(right)
  );
}

function isExports(node: AnyNode | undefined): boolean {
  if (node?.type !== 'MemberExpression') return node?.name === 'exports';
  return node.object?.name === 'module' && node.property?.name === 'exports';
}
