import { type Node, type Span, type TSType, type VariableDeclarator, Visitor } from 'oxc-parser';
import { find, type Found } from './find.ts';
import {
  callText,
  classMembers,
  interfaceMembers,
  type Member,
  pickedMembers,
  signatureMembers,
} from './members.ts';
import { docOf, type Source, textOf } from './source.ts';

/** An exported name, or a type that it refers to, as the page shows it. */
export interface Declaration {
  readonly name: string;
  readonly doc: string;
  /** TypeScript; null if the members say everything. */
  readonly signature: string | null;
  readonly members: readonly Member[];
  /** Names of types in it, with the declaration of each. */
  readonly uses: ReadonlyMap<string, Found>;
}

export function declarationOf(name: string, found: Found): Declaration {
  const { source, outer, node } = found;
  const members = membersOf(found);
  return {
    name,
    doc: docOf(source, outer),
    signature: signatureOf(name, found),
    members,
    uses: usesIn(node.type === 'VariableDeclarator' ? [] : [...basesOf(found), ...members]),
  };
}

/**
 * Where names of types are looked for besides the members. Not in classes: they have private ones.
 */
function basesOf({ source, node }: Found): { readonly source: Source; readonly span: Span }[] {
  if (node.type === 'ClassDeclaration') return [];
  if (node.type !== 'TSInterfaceDeclaration') return [{ source, span: node }];
  return node.extends
    .filter((heritage) => pickedMembers(source, heritage) === undefined)
    .map((span) => ({ source, span }));
}

function membersOf({ source, node }: Found): readonly Member[] {
  if (node.type === 'TSInterfaceDeclaration') return interfaceMembers(source, node);
  if (node.type === 'ClassDeclaration') return classMembers(source, node);
  const isLiteral =
    node.type === 'TSTypeAliasDeclaration' && node.typeAnnotation.type === 'TSTypeLiteral';
  return isLiteral && node.typeAnnotation.type === 'TSTypeLiteral'
    ? signatureMembers(source, node.typeAnnotation.members)
    : [];
}

function signatureOf(name: string, { source, node }: Found): string | null {
  const generic = (given: Span | null | undefined): string =>
    given == null ? '' : textOf(source, given);
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'TSDeclareFunction':
    case 'TSEmptyBodyFunctionExpression':
      return `function ${name}${generic(node.typeParameters)}${callText(source, node, ':')}`;
    case 'TSInterfaceDeclaration': {
      const bases = node.extends
        .filter((heritage) => pickedMembers(source, heritage) === undefined)
        .map((heritage) => textOf(source, heritage));
      const isPlain = bases.length === 0 && node.typeParameters == null;
      if (isPlain) return null;
      const base = bases.length === 0 ? '' : ` extends ${bases.join(', ')}`;
      return `interface ${name}${generic(node.typeParameters)}${base}`;
    }
    case 'ClassDeclaration':
    case 'ClassExpression': {
      const base = node.superClass === null ? '' : ` extends ${textOf(source, node.superClass)}`;
      return `class ${name}${generic(node.typeParameters)}${base}`;
    }
    case 'TSTypeAliasDeclaration': {
      if (node.typeAnnotation.type === 'TSTypeLiteral') return null;
      return `type ${name}${generic(node.typeParameters)}${typeOf(source, node.typeAnnotation)}`;
    }
    default:
      return constant(name, source, node);
  }
}

function constant(name: string, source: Source, { id, init }: VariableDeclarator): string {
  if ('typeAnnotation' in id && id.typeAnnotation != null) {
    return `const ${name}${textOf(source, id.typeAnnotation)}`;
  }
  return init?.type === 'Literal' ? `const ${name} = ${textOf(source, init)}` : `const ${name}`;
}

/**
 * The text of a type; the keys of a table are listed, and each member of a union is on its own
 * line.
 */
function typeOf(source: Source, type: TSType): string {
  const keys = keysOf(source, type);
  if (keys !== undefined) return union(keys.map((key) => `'${key}'`));
  if (type.type === 'TSUnionType') return union(type.types.map((each) => textOf(source, each)));
  return ` = ${textOf(source, type)}`;
}

function union(parts: readonly string[]): string {
  const line = parts.join(' | ');
  return line.length <= 80 ? ` = ${line}` : ` =${parts.map((part) => `\n  | ${part}`).join('')}`;
}

/** The names of the table in `keyof typeof table`; undefined for another type. */
function keysOf(source: Source, type: TSType): string[] | undefined {
  if (type.type !== 'TSTypeOperator' || type.operator !== 'keyof') return undefined;
  const { typeAnnotation: of } = type;
  return of.type === 'TSTypeQuery' ? tableKeys(source, textOf(source, of.exprName)) : undefined;
}

function tableKeys({ file }: Source, name: string): string[] | undefined {
  const found = find(file, name);
  if (found?.node.type !== 'VariableDeclarator') return undefined;
  let value: Node | null = found.node.init;
  while (value?.type === 'TSAsExpression' || value?.type === 'TSSatisfiesExpression') {
    value = value.expression;
  }
  if (value?.type !== 'ObjectExpression') return undefined;
  return value.properties.flatMap((property) => {
    if (property.type === 'SpreadElement') {
      return tableKeys(found.source, textOf(found.source, property.argument)) ?? [];
    }
    const { key } = property;
    return [key.type === 'Literal' ? String(key.value) : textOf(found.source, key)];
  });
}

/** The types that are named in these places, with the declaration of each. */
function usesIn(
  places: readonly { readonly source: Source; readonly span: Span }[],
): Map<string, Found> {
  const uses = new Map<string, Found>();
  for (const { source, span } of places) {
    for (const name of namesWithin(source, span)) {
      const found = find(source.file, name);
      if (found !== undefined && isType(found)) uses.set(name, found);
    }
  }
  return uses;
}

function isType({ node: { type } }: Found): boolean {
  return type.startsWith('TS') || type === 'ClassDeclaration';
}

/** The names of types in a part of a source, without those in function bodies. */
function namesWithin({ program }: Source, { start, end }: Span): Set<string> {
  const names = new Set<string>();
  const bodies: Span[] = [];
  const add = (name: string, at: Span): void => {
    const isInside = at.start >= start && at.end <= end;
    const isHidden = bodies.some((body) => at.start >= body.start && at.end <= body.end);
    if (isInside && !isHidden) names.add(name);
  };
  new Visitor({
    BlockStatement: (node) => void bodies.push(node),
    TSTypeReference({ typeName }) {
      if (typeName.type === 'Identifier') add(typeName.name, typeName);
    },
    TSInterfaceHeritage({ expression }) {
      if (expression.type === 'Identifier') add(expression.name, expression);
    },
  }).visit(program);
  return names;
}
