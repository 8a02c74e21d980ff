import type { CommandWord, Offer } from './words.ts';

/** The script for zsh: a file `_castellan` in a folder of `fpath`, or sourced after `compinit`. */
export function zshCompletion(commands: readonly CommandWord[]): string {
  return `#compdef castellan
_castellan() {
  local -a offered
  if (( CURRENT == 2 )); then
    offered=(
${commands.map(({ name, sentence }) => `      '${name}:${sentence}'`).join('\n')}
    )
    _describe -t commands command offered
    return
  fi
  case $words[2] in
${commands.map(caseOf).join('\n')}
  esac
}
if [ "$funcstack[1]" = _castellan ]; then _castellan "$@"; else compdef _castellan castellan; fi
`;
}

function caseOf({ name, operands, options }: CommandWord): string {
  const values = options.flatMap((option) =>
    option.value === undefined
      ? []
      : [`        (--${option.name}) ${offer(option.value)}; return ;;`],
  );
  const rows = options.map((option) => `          '--${option.name}:${option.sentence}'`);
  return `    (${name})
      case $words[CURRENT-1] in
${values.join('\n')}
      esac
      if [[ $words[CURRENT] == -* ]]; then
        offered=(
${rows.join('\n')}
        )
        _describe -t options option offered
      else
        ${offer(operands)}
      fi ;;`.replace(/\n      case \$words\[CURRENT-1\] in\n\n      esac/, '');
}

function offer(what: Offer): string {
  if (what === 'file') return '_files';
  if (what === 'folder') return '_files -/';
  return what === 'nothing' ? 'true' : `compadd ${what.join(' ')}`;
}
