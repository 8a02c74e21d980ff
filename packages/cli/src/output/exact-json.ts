import type { Json } from '@castellan/protocol';

/**
 * Parses JSON so that `JSON.stringify` writes each number as it came, also with more digits than
 * JavaScript's numbers have: such a number is an object of `JSON.rawJSON`. Throws `SyntaxError`.
 */
export function parseExactly(text: string): Json {
  return JSON.parse(text, (_key, value: Json, context?: { readonly source?: string }) => {
    const source = context?.source;
    const isBent = typeof value === 'number' && source !== undefined && String(value) !== source;
    return isBent ? numbers.rawJSON(source) : value;
  }) as Json;
}

/** Of ES2026; TypeScript's library does not have it. */
const numbers = JSON as unknown as { rawJSON(text: string): unknown };
