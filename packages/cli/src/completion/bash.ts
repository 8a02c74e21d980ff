import type { CommandWord, Offer } from './words.ts';

/** The script for bash 4 and newer; it needs no bash-completion. */
export function bashCompletion(commands: readonly CommandWord[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  return `# castellan completion bash
_castellan() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" options=
  compopt +o filenames 2>/dev/null
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${names} --help --version' -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands.map(caseOf).join('\n')}
  esac
}
complete -o default -F _castellan castellan
`;
}

function caseOf({ name, operands, options }: CommandWord): string {
  const values = options.flatMap((option) =>
    option.value === undefined
      ? []
      : [`        --${option.name}) ${offer(option.value)}; return ;;`],
  );
  const flags = options.flatMap((option) => [
    `--${option.name}`,
    ...(option.short === undefined ? [] : [`-${option.short}`]),
  ]);
  return `    ${name})
      case "$before" in
${values.join('\n')}
      esac
      case "$word" in
        -*) COMPREPLY=($(compgen -W '${flags.join(' ')}' -- "$word")) ;;
        *) ${offer(operands)} ;;
      esac ;;`.replace(/\n      case "\$before" in\n\n      esac/, '');
}

/** Sets COMPREPLY. With nothing of ours, `-o default` would offer files: a blank prevents it. */
function offer(what: Offer): string {
  if (what === 'file')
    return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$word"))';
  if (what === 'folder')
    return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$word"))';
  if (what === 'nothing') return 'compopt +o default 2>/dev/null';
  return `COMPREPLY=($(compgen -W '${what.join(' ')}' -- "$word"))`;
}
