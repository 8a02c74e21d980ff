import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import type {
  Class,
  Function as FunctionNode,
  Span,
  TSInterfaceDeclaration,
  TSTypeAliasDeclaration,
  VariableDeclarator,
} from 'oxc-parser';
import { type Source, sourceOf } from './source.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The declaration of a name and its file; `outer` is the whole statement, without its comment. */
export interface Found {
  readonly source: Source;
  readonly outer: Span;
  readonly node:
    | FunctionNode
    | Class
    | TSInterfaceDeclaration
    | TSTypeAliasDeclaration
    | VariableDeclarator;
}

/** Resolves a specifier in a file; undefined for one that is no source of the repository. */
function fileOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return normalize(join(from, '..', specifier));
  const [, folder, path] = /^@castellan\/(\w+)(\/[\w-]+)?$/.exec(specifier) ?? [];
  return folder === undefined ? undefined : entryOf(folder, `.${path ?? ''}`);
}

/** Returns the source of an entry point of a package: `('sandbox', './doctor')`. */
export function entryOf(folder: string, path: string): string {
  const manifest = join('packages', folder, 'package.json');
  const { exports } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly default: string }>>;
  };
  const built = exports[path]?.default;
  if (built === undefined) throw new Error(`${manifest}: no export ${path}`);
  const source = built.replace('./dist/', 'src/').replace(/\.js$/, '.ts');
  return join('packages', folder, source);
}

/** Returns the declaration of a name in a file; follows imports and re-exports. */
export function find(file: string, name: string): Found | undefined {
  if (!existsSync(join(root, file))) return undefined;
  return declared(sourceOf(file), name) ?? reExported(sourceOf(file), name);
}

function declared(source: Source, name: string): Found | undefined {
  for (const outer of source.program.body) {
    const node = outer.type === 'ExportNamedDeclaration' ? outer.declaration : outer;
    switch (node?.type) {
      case 'TSInterfaceDeclaration':
      case 'TSTypeAliasDeclaration':
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        if (node.id?.name === name) return { source, outer, node };
        break;
      case 'VariableDeclaration':
        for (const each of node.declarations) {
          const isIt = each.id.type === 'Identifier' && each.id.name === name;
          if (isIt) return { source, outer, node: each };
        }
        break;
      default:
    }
  }
  return undefined;
}

function reExported({ file, program }: Source, name: string): Found | undefined {
  for (const statement of program.body) {
    const isFrom =
      statement.type === 'ImportDeclaration' ||
      statement.type === 'ExportNamedDeclaration' ||
      statement.type === 'ExportAllDeclaration';
    if (!isFrom || statement.source === null) continue;
    const next = fileOf(file, statement.source.value);
    if (next === undefined) continue;
    const inner = nameBehind(statement, name);
    const found = inner === undefined ? undefined : find(next, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

type From = Extract<
  Source['program']['body'][number],
  { type: 'ImportDeclaration' | 'ExportNamedDeclaration' | 'ExportAllDeclaration' }
>;

/**
 * Returns the other file's name for what is `name` here; undefined if it is not imported from
 * there.
 */
function nameBehind(statement: From, name: string): string | undefined {
  if (statement.type === 'ExportAllDeclaration') return name;
  for (const each of statement.specifiers) {
    if (each.type === 'ExportSpecifier') {
      const { exported, local } = each;
      if (exported.type === 'Identifier' && exported.name === name && 'name' in local)
        return local.name;
    }
    if (each.type === 'ImportSpecifier' && each.local.name === name && 'name' in each.imported) {
      return each.imported.name;
    }
  }
  return undefined;
}
