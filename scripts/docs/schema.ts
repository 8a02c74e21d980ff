import { code } from './markdown.ts';

/** The parts of a JSON Schema that the pages show. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly (Schema | boolean)[];
  readonly items?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

/** Describes the values of a JSON Schema in a few words. */
export function schemaText(schema: unknown): string {
  if (typeof schema !== 'object' || schema === null) return 'anything';
  const { type, anyOf, items, properties, required = [], ...rest } = schema as Schema;
  if (anyOf !== undefined) return anyOf.map(schemaText).join(' or ');
  if (rest.enum !== undefined && rest.enum.length <= 6) {
    return rest.enum.map((word) => code(String(word))).join(' or ');
  }
  if (type === 'array') return `list of ${schemaText(items)}`;
  if (type === 'object' && properties !== undefined) {
    const fields = Object.keys(properties).map(
      (name) => `${name}${required.includes(name) ? '' : '?'}`,
    );
    return code(`{ ${fields.join(', ')} }`);
  }
  if (type === undefined) return 'anything';
  return [type].flat().map(nameOf).join(' or ');
}

function nameOf(type: string): string {
  return type === 'integer' ? 'whole number' : type === 'string' ? 'text' : type;
}
