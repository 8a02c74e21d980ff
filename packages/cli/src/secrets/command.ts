import { namesOf } from '@castellan/protocol';
import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { secretsHelp } from '../args/secrets-help.ts';
import { secretsOptions, type SecretVerb, secretVerbs } from '../args/secrets-table.ts';
import { unknownWord, UsageError } from '../args/usage-error.ts';
import { jsonText } from '../output/conclude.ts';
import { complaint } from '../output/complaint.ts';
import { escapeLine } from '../output/escape.ts';
import type { Terminal } from '../output/terminal.ts';
import { withService } from '../remote/service.ts';
import { exitCodes } from '../run/exit-code.ts';
import { secretsText } from './text.ts';
import { readValue } from './value.ts';

interface Told {
  readonly values: ReturnType<typeof parseOptions<typeof secretsOptions>>['values'];
  readonly name: string;
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
}

const verbs: Readonly<Record<SecretVerb, (told: Told) => Promise<number>>> = {
  async set({ values, name, terminal, interrupted: signal }) {
    const { host: hosts, header: headers, env, function: functions, tenant } = values;
    const value = await readValue(values.file, terminal, signal);
    return withService(process.env, terminal, async ({ secrets }) => {
      const secret = { value, hosts, headers, env, functions, tenant };
      const { updatedAt } = await secrets.set(name, secret, { signal });
      terminal.stdout.write(`${escapeLine(`${name} is set, ${updatedAt}`)}\n`);
      return exitCodes.ok;
    });
  },
  async list({ values: { tenant, json }, terminal, interrupted: signal }) {
    const { stdout, stderr } = terminal;
    return withService(process.env, terminal, async ({ secrets }) => {
      const items = await secrets.list({ tenant, signal });
      stdout.write(json === true ? jsonText(items, stdout) : secretsText(items));
      if (items.length === 0 && stderr.isTTY === true) stderr.write('no secrets\n');
      return exitCodes.ok;
    });
  },
  async delete({ values: { tenant }, name, terminal, interrupted: signal }) {
    return withService(process.env, terminal, async ({ secrets }) => {
      await secrets.delete(name, { tenant, signal });
      terminal.stdout.write(`${escapeLine(name)} is deleted.\n`);
      return exitCodes.ok;
    });
  },
  async rotate({ terminal, interrupted: signal }) {
    return withService(process.env, terminal, async ({ secrets }) => {
      let total = 0;
      for (;;) {
        const { rotated, left, unreadable } = await secrets.rotate({ signal });
        total += rotated;
        if (left > 0 && rotated > 0) continue;
        terminal.stdout.write(`${total} sealed anew, ${left} left.\n`);
        if (left === 0) return exitCodes.ok;
        const names = escapeLine(unreadable.join(', '));
        const sentence = `No key of the service opens ${names}.`;
        terminal.stderr.write(complaint(sentence, 'set them again, or delete them'));
        return exitCodes.error;
      }
    });
  },
};

/** `castellan secrets`: values that a service keeps for scripts. Throws `UsageError`. */
export async function secretsCommand(
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, secretsOptions);
  if (values.help === true) {
    terminal.stdout.write(helpText(secretsHelp));
    return exitCodes.ok;
  }
  const [word, ...operands] = positionals;
  const names = namesOf(secretVerbs);
  const verb = names.find((name) => name === word);
  if (word === undefined) throw new UsageError(`secrets needs one of ${names.join(', ')}.`);
  if (verb === undefined) throw unknownWord('word after secrets', word, names);
  refuseOthers(verb, Object.keys(values), operands);
  return verbs[verb]({ values, name: operands[0] ?? '', terminal, interrupted });
}

/** Operands that are too many are not shown: one of them may be a value. */
function refuseOthers(
  verb: SecretVerb,
  given: readonly string[],
  operands: readonly string[],
): void {
  const options: readonly string[] = secretVerbs[verb].options;
  const other = given.find((name) => !options.includes(name));
  if (other !== undefined) throw new UsageError(`--${other} is not for secrets ${verb}.`);
  const wanted: readonly string[] = secretVerbs[verb].operands;
  if (operands.length === wanted.length) return;
  const form = ['castellan secrets', verb, ...wanted].join(' ');
  const value = verb === 'set' ? ', with the value on standard input or in --file' : '';
  throw new UsageError(
    `secrets ${verb} takes ${wanted.length === 0 ? 'no argument' : wanted.join(' ')}, not ${operands.length}. Write: ${form}${value}`,
  );
}
