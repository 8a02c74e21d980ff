import assert from 'node:assert/strict';
import { parseSync } from 'oxc-parser';

/** All specifiers of a source: imports, re-exports, types, `import()`, `require()`. */
export function specifiersOf(file: string, source: string): string[] {
  const { module, program, errors } = parseSync(file, source);
  assert.deepEqual(errors, [], `${file} must be parsed to be checked`);
  const found = module.staticImports.map((entry) => entry.moduleRequest.value);
  for (const entry of module.staticExports.flatMap((statement) => statement.entries)) {
    if (entry.moduleRequest !== null) found.push(entry.moduleRequest.value);
  }
  // In the tree: import('x'), type import('x'), import x = require('x'), require('x').
  JSON.stringify(program, (_key, node: unknown) => {
    const specifier = specifierOf(node);
    if (specifier !== null) found.push(specifier);
    return typeof node === 'bigint' ? String(node) : node;
  });
  return [...new Set(found)];
}

interface Node {
  readonly type?: string;
  readonly source?: unknown;
  readonly expression?: unknown;
  readonly callee?: { readonly type: string; readonly name?: string };
  readonly arguments?: readonly unknown[];
}

function specifierOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const node = value as Node;
  if (node.type === 'ImportExpression' || node.type === 'TSImportType') return text(node.source);
  if (node.type === 'TSExternalModuleReference') return text(node.expression);
  const isRequire = node.type === 'CallExpression' && node.callee?.name === 'require';
  return isRequire ? text(node.arguments?.[0]) : null;
}

/** The value of a literal; null for anything that is only known when it runs. */
function text(node: unknown): string | null {
  const { value } = (node ?? {}) as { value?: unknown };
  return typeof value === 'string' ? value : null;
}
