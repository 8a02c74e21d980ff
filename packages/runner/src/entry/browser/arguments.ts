/** The arguments of a call, shortened for people; nothing of a script's is called. */
import { caps } from '@castellan/protocol/frames';
import {
  getOwnPropertyDescriptor,
  isArray,
  objectKeys,
  stringSlice,
} from '../../guest/platform/natives.ts';

const { stringify } = JSON;
const functionText = Function.prototype.toString;
const { apply } = Reflect;
const TextOf = String;

const longestText = 120;
const mostArguments = 5;
const mostEntries = 6;

/** What a person types may be a password: the arguments from this one on are not shown. */
const hiddenFrom: Readonly<Record<string, number>> = {
  __proto__: null as never,
  'page.type': 1,
  'frame.type': 1,
  'element.type': 0,
  'keyboard.type': 0,
  'keyboard.sendCharacter': 0,
  'locator.fill': 0,
  'page.authenticate': 0,
  'page.setCookie': 0,
  'browser.setCookie': 0,
  'context.setCookie': 0,
  'page.setExtraHTTPHeaders': 0,
  'element.autofill': 0,
};

/** The arguments of the call of that name as a person would write them. */
export function shownArguments(name: string, given: readonly unknown[]): string {
  const hidden = hiddenFrom[name] ?? Infinity;
  let text = '';
  for (let index = 0; index < given.length && index < mostArguments; index++) {
    const one = index >= hidden ? '•••' : shown(given[index], 1);
    text += text === '' ? one : `, ${one}`;
  }
  if (given.length > mostArguments) text += ', …';
  return stringSlice(text, 0, caps.actionText);
}

function shown(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return stringify(shortened(value));
    case 'function':
      return shortened(apply(functionText, value, []));
    case 'object':
      return value === null ? 'null' : members(value, depth);
    case 'symbol':
      return 'Symbol()';
    case 'bigint':
      return 'a bigint';
    default:
      return TextOf(value);
  }
}

/** Own values one level down; no getter is called. */
function members(value: object, depth: number): string {
  if (depth === 0) return isArray(value) ? '[…]' : '{…}';
  let text = '';
  const names = objectKeys(value);
  for (let index = 0; index < names.length && index < mostEntries; index++) {
    const name = names[index] as string;
    const own = getOwnPropertyDescriptor(value, name);
    const one = own === undefined || !('value' in own) ? '…' : shown(own.value, depth - 1);
    const entry = isArray(value) ? one : `${shortened(name)}: ${one}`;
    text += text === '' ? entry : `, ${entry}`;
  }
  if (names.length > mostEntries) text += ', …';
  return isArray(value) ? `[${text}]` : `{ ${text} }`;
}

function shortened(text: string): string {
  return text.length <= longestText ? text : `${stringSlice(text, 0, longestText)}…`;
}
