/** A table. Cells are Markdown on one line. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return [header, header.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`.replaceAll(/\| +(?=\|)/g, '| '))
    .join('\n');
}

/** The text of a cell, in which a bar would end it. */
function cell(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?<!\\)\|/g, '\\|')
    .trim();
}

/** A page: its title, how it is made, and its parts, a blank line between them. */
export function markdownPage(title: string, madeFrom: string, parts: readonly string[]): string {
  return `${[`<!-- Made from ${madeFrom}: npm run docs -->\n# ${title}`, ...parts].join('\n\n')}\n`;
}

/** A word of a program. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** Words of a program, one after the other; `none` when there are none. */
export function codes(words: readonly string[], none = ''): string {
  return words.length === 0 ? none : words.map(code).join(' ');
}

/** A fenced block. */
export function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** What a link to a heading says after `#`, as GitHub makes it. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

/** `yes`, or an empty cell: a column of marks is read faster than one of words. */
export function mark(isSet: boolean): string {
  return isSet ? 'yes' : '';
}

/** A default as it is written in a program. */
export function literal(value: unknown): string {
  return code(JSON.stringify(value));
}
