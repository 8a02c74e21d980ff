import { type Identifier, type ImportDeclaration, type Node, Parser } from 'acorn';
import { parserOptions } from './analyze.ts';

/**
 * Blanks out what TypeScript imports and never uses as a value, as its compiler does: it may be a type,
 * which no file exports once it is JavaScript. `code` is JavaScript already, without its types; every
 * position stays. A text that does not parse is returned as it is.
 */
export function elide(code: string): string {
  if (!/\bimport\b/.test(code)) return code;
  let reader: Names;
  let imports: ImportDeclaration[];
  try {
    reader = new Names(code);
    imports = reader.parse().body.filter((node) => node.type === 'ImportDeclaration');
  } catch {
    return code;
  }
  let elided = code;
  for (const node of imports) {
    for (const [start, end] of unused(code, node, reader.used)) {
      const blank = code.slice(start, end).replaceAll(/[^\r\n]/g, ' ');
      elided = elided.slice(0, start) + blank + elided.slice(end);
    }
  }
  return elided;
}

type Range = readonly [start: number, end: number];

/** The parts of an import to blank out, or all of it when nothing of it is used. */
function unused(code: string, node: ImportDeclaration, used: ReadonlySet<string>): Range[] {
  const { specifiers, source, start, end } = node;
  const dead = specifiers.filter(({ local }) => !used.has(local.name));
  if (dead.length === specifiers.length) {
    // `import 'a'` is for what the file does, `import {} from 'a'` has lost its types.
    return code.slice(start, source.start).includes('{') || dead.length > 0 ? [[start, end]] : [];
  }
  return dead.map((specifier) => {
    const comma = afterComma(code, specifier.end);
    if (comma !== undefined) return [specifier.start, comma];
    const [first] = specifiers;
    // The comma of `import a, * as b` has to go with its namespace.
    const isNamespace = specifier.type === 'ImportNamespaceSpecifier' && first !== undefined;
    return [isNamespace ? first.end : specifier.start, specifier.end];
  });
}

/** Where the comma after an offset ends, if nothing but space and comments is before it. */
function afterComma(code: string, offset: number): number | undefined {
  const comma = /(?:\s|\/\*[^]*?\*\/|\/\/[^\n]*)*,/y;
  comma.lastIndex = offset;
  return comma.test(code) ? comma.lastIndex : undefined;
}

/** The internals of the parser that are overridden here. */
interface ParserInside {
  finishNode(node: Node, type: string): Node;
  parseIdent(liberal?: boolean): Identifier;
  parseImportSpecifiers(): unknown;
}

const inside = Parser.prototype as unknown as ParserInside;

/** Collects the names that a file refers to or declares, its imports excepted. */
class Names extends Parser {
  readonly used = new Set<string>();
  #inImport = false;

  constructor(code: string) {
    super(parserOptions, code);
  }

  protected parseImportSpecifiers(this: Names & ParserInside): unknown {
    this.#inImport = true;
    const specifiers = Reflect.apply(inside.parseImportSpecifiers, this, []);
    this.#inImport = false;
    return specifiers;
  }

  /** `liberal`: the name of a property, where every word is allowed. */
  protected parseIdent(this: Names & ParserInside, liberal?: boolean): Identifier {
    const node = Reflect.apply(inside.parseIdent, this, [liberal]);
    if (liberal !== true && !this.#inImport) this.used.add(node.name);
    return node;
  }

  protected finishNode(this: Names & ParserInside, node: Node, type: string): Node {
    const finished = Reflect.apply(inside.finishNode, this, [node, type]);
    const { shorthand, key, local } = node as {
      shorthand?: boolean;
      key?: Identifier;
      local?: Identifier;
    };
    if (type === 'Property' && shorthand === true && key !== undefined) this.used.add(key.name);
    if (type === 'ExportSpecifier' && local !== undefined) this.used.add(local.name);
    return finished;
  }
}
