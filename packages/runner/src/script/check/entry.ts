import type { Prepared } from '../prepare.ts';
import { identifier } from '../tree.ts';

/** False where it is certain that a run would end as `no_entry`, and a call over HTTP too. */
export function hasEntry({ analysis, source }: Prepared): boolean {
  if (analysis.kind === 'body') {
    return !analysis.onlyDeclares || analysis.declaresExecute || /\bexports\b/.test(source);
  }
  const { body = [] } = analysis.program ?? {};
  return body.some((node) => {
    if (node.type === 'ExportDefaultDeclaration') return true;
    if (node.type === 'ExportAllDeclaration')
      return node.exported === null || isEntry(node.exported);
    if (node.type !== 'ExportNamedDeclaration') return false;
    const { declaration, specifiers } = node;
    if (specifiers.some(({ exported }) => isEntry(exported))) return true;
    if (declaration?.type !== 'VariableDeclaration') return isEntry(declaration?.id);
    // A pattern may bind the name.
    return declaration.declarations.some(({ id }) => id.type !== 'Identifier' || isEntry(id));
  });
}

function isEntry(node: unknown): boolean {
  const name = identifier(node) ?? (node as { value?: unknown } | null | undefined)?.value;
  return name === 'default' || name === 'execute' || name === 'fetch';
}
