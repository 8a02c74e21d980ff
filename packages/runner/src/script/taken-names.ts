import { type Expression, parseExpressionAt, type Pattern } from 'acorn';

/** Longer texts are taken for functions that take nothing: parsing costs many times their length. */
const longest = 2 ** 20;

/**
 * The names that a function's only parameter takes out of an object, from the function's text: `a` and
 * `b` of `async ({ a, b: [c] }) => …`. Null for any other function, and for text that is none.
 */
export function takenNames(text: string): readonly string[] | null {
  if (text.length > longest) return null;
  const only = onlyParameter(parsed(`(${text})`) ?? parsed(`({${text}})`));
  const pattern = only?.type === 'AssignmentPattern' ? only.left : only;
  if (pattern?.type !== 'ObjectPattern') return null;
  return pattern.properties.flatMap((property) => {
    if (property.type !== 'Property' || property.computed) return [];
    const { key } = property;
    if (key.type === 'Identifier') return [key.name];
    return key.type === 'Literal' && typeof key.value === 'string' ? [key.value] : [];
  });
}

/** The same as JSON text, for a caller that may not pass text. */
export function takenNamesJson(text: unknown): string {
  return JSON.stringify(takenNames(`${text as string}`));
}

function parsed(text: string): Expression | null {
  try {
    return parseExpressionAt(text, 0, { ecmaVersion: 'latest' });
  } catch {
    return null;
  }
}

function onlyParameter(node: Expression | null): Pattern | undefined {
  if (node?.type === 'ObjectExpression') {
    const [member] = node.properties;
    return member?.type === 'Property' ? onlyParameter(member.value) : undefined;
  }
  if (node?.type !== 'FunctionExpression' && node?.type !== 'ArrowFunctionExpression')
    return undefined;
  return node.params.length === 1 ? node.params[0] : undefined;
}
