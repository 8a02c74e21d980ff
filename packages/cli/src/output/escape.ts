/**
 * Characters that a terminal would interpret or a reader would not see: control characters, marks
 * that reorder or hide text, line separators, lone surrogates.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The zero-width joiner of emoji such as 👩‍💻; harmless between two visible characters. */
const joiner = '\u200d';

/** Escapes hostile text for a terminal: only newlines and tabs keep their meaning. */
export function escapeText(text: string): string {
  return text.replace(unsafe, (character) =>
    character === '\n' || character === '\t' || character === joiner
      ? character
      : escaped(character),
  );
}

/** The same for one line: newlines are escaped too. */
export function escapeLine(text: string): string {
  return escapeText(text).replaceAll('\n', '\\n').replaceAll('\t', ' ');
}

/** Returns equivalent JSON text that is safe to print on a terminal. */
export function escapeJson(json: string): string {
  return json.replace(unsafe, (character) =>
    character === '\n' || character === joiner ? character : jsonEscaped(character),
  );
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return `\\u{${code.toString(16)}}`;
}

function jsonEscaped(character: string): string {
  let text = '';
  for (let at = 0; at < character.length; at++) {
    text += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return text;
}
