import type { Expression, ModuleDeclaration, Program, Statement, VariableDeclaration } from 'acorn';
import type { Edit } from './edits.ts';

type Node = Statement | ModuleDeclaration;

/**
 * Where a module's top level may throw, as edits that pass it to the guest first: `try` around
 * statements, a function around the values of declarations. For modules that `require()` may evaluate,
 * which throw before isolated-vm hands anything over. What throws between the two, patterns and
 * classes, is not among it.
 */
export function guards(body: Program['body'], alias: string): Edit[] {
  return body.flatMap((node) => guardsOf(node, alias));
}

function guardsOf(node: Node, alias: string): Edit[] {
  switch (node.type) {
    case 'VariableDeclaration':
      return ofDeclaration(node, alias);
    case 'ExportNamedDeclaration':
      return node.declaration?.type === 'VariableDeclaration'
        ? ofDeclaration(node.declaration, alias)
        : [];
    case 'ExportDefaultDeclaration':
      return ofValue(node.declaration as Expression, alias);
    case 'ExpressionStatement':
    case 'ThrowStatement':
    case 'IfStatement':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'SwitchStatement':
    case 'TryStatement':
    case 'BlockStatement':
    case 'LabeledStatement':
      return around(node, 'try{', `}catch(${alias}X){${alias}.fail(${alias}X)}`);
    default:
      return [];
  }
}

function ofDeclaration({ declarations }: VariableDeclaration, alias: string): Edit[] {
  return declarations.flatMap(({ init }) => (init == null ? [] : ofValue(init, alias)));
}

/** Those that throw nothing; functions and classes take their names from where they stand. */
const harmless = new Set([
  'ArrowFunctionExpression',
  'ClassDeclaration',
  'ClassExpression',
  'FunctionDeclaration',
  'FunctionExpression',
  'Literal',
]);

function ofValue(node: Expression, alias: string): Edit[] {
  return harmless.has(node.type) ? [] : around(node, `${alias}.call(()=>(`, '))');
}

function around(
  { start, end }: { start: number; end: number },
  before: string,
  after: string,
): Edit[] {
  return [
    { start, end: start, text: before },
    { start: end, end, text: after },
  ];
}
