import type { Statement } from 'acorn';
import { isDirective, type Noted } from './declares.ts';

/** Where an expression statement is. Offsets are UTF-16 units. */
export interface LastExpression {
  readonly start: number;
  readonly end: number;
  /** It is a function or a class: an assignment would name it. */
  readonly isFunction: boolean;
}

/** The last top-level expression statement that is no directive. */
export function lastExpression(body: readonly Statement[]): LastExpression | null {
  const node = body.findLast(
    (statement) => statement.type === 'ExpressionStatement' && !('directive' in statement),
  );
  if (node === undefined) return null;
  const { start, end } = node;
  return { start, end, isFunction: (node as Noted).isFunction === true };
}

/**
 * The text that is a file's only expression, where the parser takes it for a directive. It stays in its
 * place: a change would end the directives, of which one may be `use strict`.
 */
export function lastText(body: readonly Statement[]): string | null {
  const node = body.findLast((statement) => 'directive' in statement && !isDirective(statement));
  if (node?.type !== 'ExpressionStatement' || node.expression.type !== 'Literal') return null;
  const { value } = node.expression;
  return typeof value === 'string' ? value : null;
}
