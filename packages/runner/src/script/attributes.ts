import { Refusal } from './refusal.ts';

/** Import attributes by name. */
export type Attributes = Readonly<Record<string, string>>;

/**
 * Judges the attributes of an import as Node does: JSON needs `type: 'json'`, and nothing else may
 * have it. `target` is what the error calls the module. Throws a `Refusal`.
 */
export function judgeAttributes(attributes: Attributes, target: string, isJson: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name !== 'type' || value !== 'json') throw unsupported(name, value, target);
  }
  const saysJson = Object.hasOwn(attributes, 'type');
  if (isJson === saysJson) return;
  throw isJson
    ? refusal('MISSING', `Module "${target}" needs an import attribute of "type: json"`)
    : refusal('TYPE_INCOMPATIBLE', `Module "${target}" is not of type "json"`);
}

function unsupported(name: string, value: string, target: string): Refusal {
  const message = `Import attribute "${name}" with value "${value}" is not supported in ${target}`;
  return refusal('UNSUPPORTED', message);
}

function refusal(what: string, message: string): Refusal {
  const kind = { name: 'TypeError', code: `ERR_IMPORT_ATTRIBUTE_${what}` } as const;
  return new Refusal('uncaught_exception', message, null, kind);
}
