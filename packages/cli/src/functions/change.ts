import type { FunctionRecord } from '@castellan/sdk';
import { whole } from '@castellan/protocol/kinds';
import { readFlag } from '../args/usage-error.ts';
import { escapeLine } from '../output/escape.ts';
import { withService } from '../remote/service.ts';
import { exitCodes } from '../run/exit-code.ts';
import { given, type Verb, versionOf } from './verb.ts';

/** Has calls run an earlier version. Throws `UsageError`. */
export const rollBack: Verb = async ({ values, operands: [name = ''], terminal }) => {
  const version = values.version === undefined ? undefined : versionOf(values.version, '--version');
  return withService(process.env, terminal, async (castellan) => {
    const options = given({ version, tenant: values.tenant });
    const record = await castellan.functions.rollback(name, options);
    terminal.stdout.write(aliasLine(record));
    return exitCodes.ok;
  });
};

/** Makes an alias name a version. Throws `UsageError`. */
export const pointAlias: Verb = async ({ values, operands, terminal }) => {
  const [name = '', alias = '', number = ''] = operands;
  const { percent, tenant } = values;
  const to = {
    version: versionOf(number, 'VERSION'),
    ...given({
      percent: percent === undefined ? undefined : readFlag(whole(0, 100), percent, '--percent'),
    }),
  };
  return withService(process.env, terminal, async (castellan) => {
    const record = await castellan.functions.setAlias(name, alias, to, given({ tenant }));
    terminal.stdout.write(aliasLine(record));
    return exitCodes.ok;
  });
};

export const remove: Verb = async ({ values, operands: [name = ''], terminal }) =>
  withService(process.env, terminal, async (castellan) => {
    await castellan.functions.delete(name, given({ tenant: values.tenant }));
    terminal.stdout.write(`${escapeLine(name)} is deleted.\n`);
    return exitCodes.ok;
  });

/** A function with what its aliases name: `greet: live 2, canary 3 (10 %)`. */
function aliasLine({ name, aliases }: FunctionRecord): string {
  return `${escapeLine(`${name}: ${aliasText(aliases)}`)}\n`;
}

export function aliasText(aliases: FunctionRecord['aliases']): string {
  const parts = Object.entries(aliases).map(([alias, { version, percent }]) =>
    percent === null ? `${alias} ${version}` : `${alias} ${version} (${percent} %)`,
  );
  return parts.length === 0 ? 'no version is live' : parts.join(', ');
}
