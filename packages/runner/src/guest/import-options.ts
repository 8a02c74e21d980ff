import { hasOwn, objectKeys } from './platform/natives.ts';

/** The attributes of an `import()`, read from its second argument by the rules and in the words of V8. */
export function attributesOf(options: unknown): Record<string, string> {
  const attributes: Record<string, string> = { __proto__: null } as never;
  if (options === undefined) return attributes;
  if (!isObject(options)) {
    throw new TypeError('The second argument to import() must be an object');
  }
  const given = (options as { with?: unknown }).with;
  if (given === undefined) return attributes;
  if (!isObject(given)) throw new TypeError("The 'with' option must be an object");
  const names = objectKeys(given);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? '';
    if (!hasOwn(given, name)) continue;
    const value = (given as Record<string, unknown>)[name];
    if (typeof value !== 'string') throw new TypeError('Import attribute value must be a string');
    attributes[name] = value;
  }
  return attributes;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
