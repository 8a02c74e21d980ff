import type { Node } from 'acorn';

/** What this file reads of a node, whatever its type. */
type AnyNode = Node & {
  readonly [Key in 'property' | 'key' | 'local' | 'imported' | 'exported']?: AnyNode;
} & { readonly name?: string; readonly computed?: boolean; readonly shorthand?: boolean };

/**
 * Counts, while a file is parsed, the names that it refers to or declares, its imports excepted: each
 * identifier, less those that name a property, an import or an export.
 */
export class UsedNames {
  readonly #counts = new Map<string, number>();

  has(name: string): boolean {
    return (this.#counts.get(name) ?? 0) > 0;
  }

  clear(): void {
    this.#counts.clear();
  }

  /** Takes every node once it is finished. */
  note(node: AnyNode, type: string): void {
    if (type === 'Identifier') this.#add(node, 1);
    else if (type === 'MemberExpression') {
      if (node.computed !== true) this.#add(node.property, -1);
    } else if (named.has(type)) {
      if (node.computed !== true && node.shorthand !== true) this.#add(node.key, -1);
    } else if (type.startsWith('Import')) {
      this.#add(node.local, -1);
      if (node.imported !== node.local) this.#add(node.imported, -1);
    } else if (type === 'ExportSpecifier' && node.exported !== node.local) {
      this.#add(node.exported, -1);
    }
  }

  #add(node: AnyNode | undefined, by: number): void {
    if (node?.type !== 'Identifier' || node.name === undefined) return;
    this.#counts.set(node.name, (this.#counts.get(node.name) ?? 0) + by);
  }
}

/** Nodes with a key that is no reference, unless it is computed or short for its value. */
const named = new Set(['Property', 'MethodDefinition', 'PropertyDefinition']);
