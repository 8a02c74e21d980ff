import { find } from './find.ts';
import { classMembers, interfaceMembers, type Member } from './members.ts';

/** Returns the fields of a class or an interface. */
export function fieldsOf(file: string, name: string): readonly Member[] {
  const found = find(file, name);
  if (found?.node.type === 'ClassDeclaration') return classMembers(found.source, found.node);
  if (found?.node.type !== 'TSInterfaceDeclaration') throw new Error(`${file}: no ${name}`);
  return interfaceMembers(found.source, found.node);
}
