/*
 * Reads texts out of the JSON of an event without parsing the rest. A mark with quotes in it cannot
 * stand inside of a JSON string, where quotes are escaped.
 */

/** The JSON string that begins behind the first `mark`, which ends with its quote; `undefined` for none. */
export function textAfter(json: string, mark: string, from = 0): string | undefined {
  const at = json.indexOf(mark, from);
  if (at === -1) return undefined;
  const inside = /[^"\\]*(?:\\.[^"\\]*)*/y;
  inside.lastIndex = at + mark.length;
  const text = inside.exec(json)?.[0] ?? '';
  return text.includes('\\') ? unescaped(text) : text;
}

function unescaped(text: string): string | undefined {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return undefined;
  }
}
