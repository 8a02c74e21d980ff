import { type Fields, fieldsOf, listOf, textOf } from '../messages.ts';

/** Members of an object that are shown, at most: Chromium's previews have fewer but for lists. */
const mostMembers = 100;

/** How deep previews lie in each other: Chromium's own have two levels, those of tables three. */
const mostDepth = 4;

/** A value that a page has logged, as Node's console would show it, as far as the event describes it. */
export function valueText(given: unknown): string {
  const value = fieldsOf(given);
  if (value['type'] === 'string') return textOf(value['value']);
  return described(value, 0);
}

/** A value inside of another one, or in quotes for other reasons. */
export function innerText(given: unknown): string {
  return described(fieldsOf(given), 0);
}

function described(value: Fields, depth: number): string {
  const { type, subtype } = value;
  const description = textOf(value['description']);
  if (type === 'string') return quoted(textOf(value['value'] ?? description));
  if (type === 'undefined') return 'undefined';
  if (subtype === 'null') return 'null';
  if (subtype === 'node') return nodeText(description);
  if (type === 'object' && isOpened(subtype)) return opened(value, description, depth);
  const plain = value['value'];
  if (typeof plain === 'number' || typeof plain === 'boolean') return String(plain);
  return textOf(value['unserializableValue']) || description || textOf(type);
}

/** Of these the description says all: an error has its stack in it, a date its time. */
const said = new Set(['error', 'date', 'regexp', 'trustedtype']);

const isOpened = (subtype: unknown): boolean => !said.has(textOf(subtype));

/** A node by Chromium's short form, `div#id.class`. */
function nodeText(description: string): string {
  return description.startsWith('#') ? description : `<${description}>`;
}

/** An object with what the preview tells of its members. */
function opened(value: Fields, description: string, depth: number): string {
  // The value of a preview inside of another one is a preview itself.
  const preview = value['preview'] === undefined ? value : fieldsOf(value['preview']);
  const name = textOf(preview['description']) || description;
  if (depth >= mostDepth) return closed(name);
  const isList = lists.has(textOf(preview['subtype']));
  const shown = membersOf(preview, name, depth);
  if (preview['overflow'] === true) shown.push('…');
  const [open, close] = isList ? '[]' : '{}';
  const inside = shown.length === 0 ? `${open}${close}` : `${open} ${shown.join(', ')} ${close}`;
  return name === 'Object' || lengthOf(name) >= 0 ? inside : `${name} ${inside}`;
}

const lists = new Set(['array', 'typedarray']);

function membersOf(preview: Fields, name: string, depth: number): string[] {
  const entries = listOf(preview['entries']).slice(0, mostMembers);
  if (entries.length > 0) return entries.map((entry) => entryText(fieldsOf(entry), depth));
  const properties = listOf(preview['properties']).slice(0, mostMembers).map(fieldsOf);
  switch (preview['subtype']) {
    case 'array':
      // Of an array without any element nothing but its length is known.
      return properties.length === 0 && preview['overflow'] !== true
        ? holes(lengthOf(name))
        : elementTexts(properties, depth);
    case 'typedarray':
      // What it has besides its elements is the same for each.
      return elementTexts(properties.filter(isElement), depth);
    case 'promise':
      return promiseTexts(properties, depth);
    default:
      return properties.map((member) => memberText(member, depth));
  }
}

/** The length that stands in the description of a plain array; -1 for what is none. */
function lengthOf(description: string): number {
  return Number(/^Array\((\d{1,10})\)$/.exec(description)?.[1] ?? -1);
}

/** Elements and the holes between them, and what an array has by other names. */
function elementTexts(properties: readonly Fields[], depth: number): string[] {
  let next = 0;
  return properties.flatMap((member) => {
    if (!isElement(member)) return [memberText(member, depth)];
    const at = Number(member['name']);
    const before = holes(at - next);
    next = at + 1;
    return [...before, memberValue(member, depth)];
  });
}

const holes = (count: number): string[] =>
  count > 0 ? [`<${count} empty item${count === 1 ? '' : 's'}>`] : [];

function promiseTexts(properties: readonly Fields[], depth: number): string[] {
  const find = (name: string): Fields => fieldsOf(properties.find((each) => each['name'] === name));
  const state = textOf(find('[[PromiseState]]')['value']);
  if (state === 'pending') return ['<pending>'];
  const result = memberValue(find('[[PromiseResult]]'), depth);
  return [state === 'rejected' ? `<rejected> ${result}` : result];
}

const isElement = (member: Fields): boolean => /^\d+$/.test(textOf(member['name']));

function entryText(entry: Fields, depth: number): string {
  const value = described(fieldsOf(entry['value']), depth + 1);
  return entry['key'] === undefined
    ? value
    : `${described(fieldsOf(entry['key']), depth + 1)} => ${value}`;
}

function memberText(member: Fields, depth: number): string {
  const name = textOf(member['name']);
  const text = memberValue(member, depth);
  return `${/^[\w$[\]]+$/.test(name) ? name : quoted(name)}: ${text}`;
}

/** The value of a property of a preview: its text, or a preview of its own. */
export function memberValue(member: Fields, depth = 0): string {
  const { type, subtype } = member;
  const inner = member['valuePreview'];
  if (inner !== undefined) return described(fieldsOf(inner), depth + 1);
  const text = textOf(member['value']);
  if (type === 'string') return quoted(text);
  if (type === 'function') return '[Function]';
  if (type === 'accessor') return '[Getter]';
  if (subtype === 'null') return 'null';
  if (subtype === 'node') return nodeText(text);
  return type === 'object' && isOpened(subtype) ? closed(text) : text;
}

/** An object of which nothing more is known than its name. */
function closed(name: string): string {
  return name === 'Object' ? '{…}' : name;
}

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"')}'`;
}
