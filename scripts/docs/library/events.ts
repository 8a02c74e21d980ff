import type { TSType } from 'oxc-parser';
import { anchor, code } from '../markdown.ts';
import { find, type Found } from './find.ts';
import { interfaceMembers, type Member, signatureMembers } from './members.ts';
import { type Source, textOf } from './source.ts';

const file = 'packages/protocol/src/events.ts';

/** Returns the types of the fields of one member of the union `RunEvent`, by name, as Markdown. */
export function carriedTypes(type: string): ReadonlyMap<string, string> {
  const found = find(file, 'RunEvent');
  const node = found?.node;
  if (node?.type !== 'TSTypeAliasDeclaration' || node.typeAnnotation.type !== 'TSUnionType') {
    throw new Error(`${file}: RunEvent is no union`);
  }
  const { source } = found as Found;
  for (const each of node.typeAnnotation.types) {
    const members = partsOf(source, each);
    if (!members.some((member) => member.name === 'type' && member.type === `'${type}'`)) continue;
    return new Map(members.map((member) => [member.name, linked(member)]));
  }
  throw new Error(`${file}: RunEvent has no ${type}`);
}

/** The fields of the parts of an intersection. */
function partsOf(source: Source, type: TSType): Member[] {
  switch (type.type) {
    case 'TSParenthesizedType':
      return partsOf(source, type.typeAnnotation);
    case 'TSIntersectionType':
      return type.types.flatMap((each) => partsOf(source, each));
    case 'TSTypeLiteral':
      return signatureMembers(source, type.members);
    case 'TSTypeReference': {
      const found = find(source.file, textOf(source, type));
      return found?.node.type === 'TSInterfaceDeclaration'
        ? interfaceMembers(found.source, found.node)
        : [];
    }
    default:
      return [];
  }
}

/** Links a type that has a section on the library's page. */
function linked({ type, source }: Member): string {
  const isNamed = /^[A-Z]\w*$/.test(type) && find(source.file, type) !== undefined;
  return isNamed ? `[${code(type)}](library.md#${anchor(type)})` : code(type);
}
