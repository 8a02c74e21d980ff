import type {
  Class,
  ClassElement,
  ParamPattern,
  PropertyKey,
  Span,
  TSInterfaceDeclaration,
  TSInterfaceHeritage,
  TSSignature,
} from 'oxc-parser';
import { find, type Found } from './find.ts';
import { docOf, type Source, textOf } from './source.ts';

/** A property, a method or an index of a type. */
export interface Member {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: string;
  readonly doc: string;
  /** The source of its type, in which names are resolved. */
  readonly source: Source;
  readonly span: Span;
}

interface Callable {
  readonly params: readonly ParamPattern[];
  readonly returnType?: Span | null;
}

/** `(a: string, b?: number) => void`, or with `: void` after the parameters. */
export function callText(source: Source, { params, returnType }: Callable, arrow: string): string {
  const given = params.map((param) => paramText(source, param)).join(', ');
  const result = returnType == null ? '' : textOf(source, returnType).replace(/^: /, '');
  return `(${given})${result === '' ? '' : `${arrow} ${result}`}`;
}

function paramText(source: Source, param: ParamPattern): string {
  const isDefaulted = param.type === 'AssignmentPattern';
  const pattern = isDefaulted ? param.left : param;
  const annotation = 'typeAnnotation' in pattern ? pattern.typeAnnotation : null;
  const type = annotation == null ? '' : textOf(source, annotation);
  if (pattern.type === 'ObjectPattern') return `options${isDefaulted ? '?' : ''}${type}`;
  const fallback = isDefaulted && param.right.type === 'Literal' ? typeof param.right.value : null;
  const name = pattern.type === 'Identifier' ? pattern.name : textOf(source, pattern);
  const isOptional = isDefaulted || ('optional' in pattern && pattern.optional);
  return `${name}${isOptional ? '?' : ''}${type === '' && fallback !== null ? `: ${fallback}` : type}`;
}

/** Returns the members of an interface, those of `extends Pick<Other, 'a' | 'b'>` first. */
export function interfaceMembers(source: Source, node: TSInterfaceDeclaration): Member[] {
  const picked = node.extends.flatMap((heritage) => pickedMembers(source, heritage) ?? []);
  return [...picked, ...signatureMembers(source, node.body.body)];
}

/** Returns the members of `extends Pick<Other, …>`; undefined for another type. */
export function pickedMembers(
  source: Source,
  { expression, typeArguments }: TSInterfaceHeritage,
): Member[] | undefined {
  const [from, keys] = typeArguments?.params ?? [];
  if (expression.type !== 'Identifier' || expression.name !== 'Pick') return undefined;
  if (from?.type !== 'TSTypeReference' || keys === undefined) return undefined;
  const found: Found | undefined = find(source.file, textOf(source, from));
  if (found?.node.type !== 'TSInterfaceDeclaration') return undefined;
  const names = new Set(textOf(source, keys).match(/\w+/g));
  return interfaceMembers(found.source, found.node).filter(({ name }) => names.has(name));
}

export function signatureMembers(source: Source, body: readonly TSSignature[]): Member[] {
  return body.flatMap((each): Member[] => {
    const about = { doc: docOf(source, each), source, span: each };
    switch (each.type) {
      case 'TSPropertySignature': {
        const type = typeText(source, each.typeAnnotation);
        return [{ name: keyText(source, each.key), isOptional: each.optional, type, ...about }];
      }
      case 'TSMethodSignature': {
        const type = callText(source, each, ' =>');
        return [{ name: keyText(source, each.key), isOptional: each.optional, type, ...about }];
      }
      case 'TSIndexSignature': {
        const name = `[${each.parameters.map((param) => textOf(source, param)).join(', ')}]`;
        const type = typeText(source, each.typeAnnotation);
        return [{ name, isOptional: false, type, ...about }];
      }
      default:
        return [];
    }
  });
}

/** Returns the public members of a class. */
export function classMembers(source: Source, { body }: Class): Member[] {
  return body.body.flatMap((each): Member[] => {
    const found = classMember(source, each);
    return found === undefined ? [] : [found];
  });
}

function classMember(source: Source, each: ClassElement): Member | undefined {
  if (each.type !== 'PropertyDefinition' && each.type !== 'MethodDefinition') return undefined;
  const isHidden = each.key.type === 'PrivateIdentifier' || each.accessibility === 'private';
  const isConstructor = each.type === 'MethodDefinition' && each.kind === 'constructor';
  if (isHidden || isConstructor) return undefined;
  const name = keyText(source, each.key);
  const about = { name, isOptional: false, doc: docOf(source, each), source, span: each };
  if ('kind' in each) {
    const type = callText(source, each.value, ' =>');
    return { ...about, type: each.kind === 'get' ? type.replace(/^\(\) => /, '') : type };
  }
  const value = each.value === null ? '' : textOf(source, each.value);
  return { ...about, type: typeText(source, each.typeAnnotation) || value };
}

function typeText(source: Source, annotation: Span | null | undefined): string {
  return annotation == null ? '' : textOf(source, annotation).replace(/^: /, '');
}

function keyText(source: Source, key: PropertyKey): string {
  return key.type === 'Literal' ? String(key.value) : textOf(source, key);
}
