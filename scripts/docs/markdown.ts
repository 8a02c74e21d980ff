/** Returns a table. Cells are Markdown on one line. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return [header, header.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`.replaceAll(/\| +(?=\|)/g, '| '))
    .join('\n');
}

/** Escapes bars, which would end the cell. */
function cell(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?<!\\)\|/g, '\\|')
    .trim();
}

/** Returns a page: its title, how it is generated, and its parts, separated by blank lines. */
export function markdownPage(title: string, madeFrom: string, parts: readonly string[]): string {
  return `${[`<!-- Made from ${madeFrom}: npm run docs -->\n# ${title}`, ...parts].join('\n\n')}\n`;
}

/** Returns a word of a program as code. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** Returns prose with its flags, names of options and calls as code. */
export function withCode(text: string): string {
  return text
    .replaceAll(/[*<]/g, (character) => `\\${character}`)
    .replaceAll(
      /(?<![\w/.-])(?:--[a-z][\w-]*|[a-z]\w*(?:\.\w+)+(?:\(\))?|[a-z]+[A-Z]\w*)(?![\w/])/g,
      (word) => (word.endsWith('.md') ? word : code(word)),
    );
}

/** Returns words of a program as code, separated by commas; `none` if there are none. */
export function codes(words: readonly string[], none = ''): string {
  return words.length === 0 ? none : words.map(code).join(' ');
}

/** Returns a fenced block. */
export function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** Returns the fragment of a link to a heading, as GitHub generates it. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

/** `yes`, or an empty cell: a column of marks is easier to scan than one of words. */
export function mark(isSet: boolean): string {
  return isSet ? 'yes' : '';
}

/** Returns a default as it is written in a program. */
export function literal(value: unknown): string {
  return code(JSON.stringify(value));
}
