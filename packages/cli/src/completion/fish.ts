import type { CommandWord, Offer, OptionWord } from './words.ts';

/** The script for fish 3 and newer. */
export function fishCompletion(commands: readonly CommandWord[]): string {
  const lines = commands.flatMap(({ name, sentence, operands, options }) => [
    `complete -c castellan -n __fish_use_subcommand -a ${name} -d '${sentence}'`,
    ...operandLines(name, operands),
    ...options.map((option) => `complete -c castellan -n ${within(name)} ${optionPart(option)}`),
  ]);
  return `# castellan completion fish
complete -c castellan -f
complete -c castellan -n __fish_use_subcommand -l help -s h -d 'Explains all commands'
complete -c castellan -n __fish_use_subcommand -l version -s v -d 'Prints the version'
${lines.join('\n')}
`;
}

function within(command: string): string {
  return `'__fish_seen_subcommand_from ${command}'`;
}

function operandLines(command: string, operands: Offer): string[] {
  if (operands === 'nothing') return [];
  const what =
    operands === 'file'
      ? '-F'
      : operands === 'folder'
        ? `-a '(__fish_complete_directories)'`
        : `-a '${operands.join(' ')}'`;
  // Once a subcommand stands, the words of the others do not come again.
  const words = Array.isArray(operands)
    ? `; and not __fish_seen_subcommand_from ${operands.join(' ')}`
    : '';
  return [`complete -c castellan -n '__fish_seen_subcommand_from ${command}${words}' ${what}`];
}

function optionPart({ name, short, sentence, value }: OptionWord): string {
  const parts = [`-l ${name}`, ...(short === undefined ? [] : [`-s ${short}`])];
  if (value === 'file') parts.push('-r -F');
  else if (value === 'folder') parts.push(`-x -a '(__fish_complete_directories)'`);
  else if (value === 'nothing') parts.push('-x');
  else if (value !== undefined) parts.push(`-x -a '${value.join(' ')}'`);
  return `${parts.join(' ')} -d '${sentence}'`;
}
