import { namesOf } from '@castellan/protocol';
import { unknownWord, UsageError } from './usage-error.ts';

/** By verb: its operands, and the options that it takes besides --tenant and --help. */
export type VerbTable = Readonly<
  Record<string, { readonly operands: readonly string[]; readonly options: readonly string[] }>
>;

/**
 * The verb of `castellan COMMAND VERB …` and what follows it. Throws `UsageError` for one that there is not, and
 * for options and operands that it has no use for.
 */
export function readVerb<Table extends VerbTable>(
  command: string,
  table: Table,
  { values, positionals }: { readonly values: object; readonly positionals: readonly string[] },
): { readonly verb: keyof Table & string; readonly operands: readonly string[] } {
  const [word, ...operands] = positionals;
  const names: readonly (keyof Table & string)[] = namesOf(table);
  const verb = names.find((name) => name === word);
  if (word === undefined) throw new UsageError(`${command} needs one of ${names.join(', ')}.`);
  if (verb === undefined) throw unknownWord(`word after ${command}`, word, names);
  const { operands: wanted = [], options = [] } = table[verb] ?? {};
  const other = Object.keys(values).find((name) => name !== 'tenant' && !options.includes(name));
  if (other !== undefined) {
    const takers = names.filter((each) => table[each]?.options.includes(other));
    throw new UsageError(`--${other} is for ${command} ${takers.join(', ')}, not for ${verb}.`);
  }
  if (operands.length === wanted.length) return { verb, operands };
  const form = ['castellan', command, verb, ...wanted].join(' ');
  throw new UsageError(
    `${command} ${verb} takes ${wanted.length === 0 ? 'no argument' : wanted.join(' ')}, not ${JSON.stringify(operands.join(' '))}. Write: ${form}`,
  );
}
