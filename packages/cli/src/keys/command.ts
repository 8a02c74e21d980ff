import { shown } from '@castellan/protocol/kinds';
import { userInfo } from 'node:os';
import { parseOptions } from '../args/parse.ts';
import { keysHelp } from '../args/service-help.ts';
import { helpText } from '../args/help-page.ts';
import { keysOptions } from '../args/service-table.ts';
import { unknownWord, UsageError } from '../args/usage-error.ts';
import { escapeJson, escapeLine } from '../output/escape.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { flagsOf } from '../serve/flags.ts';

/** `castellan keys`: opens the data folder or the database, whether or not the service is running. */
export async function keysCommand(args: readonly string[], { stdout }: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(args, keysOptions);
  if (values.help === true) {
    stdout.write(helpText(keysHelp));
    return exitCodes.ok;
  }
  const [verb, id, ...rest] = positionals;
  if (rest.length > 0 || (verb !== 'revoke' && id !== undefined)) {
    throw new UsageError(`keys has no use for ${shown(rest[0] ?? id)}.`);
  }
  const server = await import('@castellan/server');
  const { dataFolder, loadConfig, openKeyAdmin, scopes } = server;
  const config = await loadConfig(values.config, flagsOf(values, keysOptions));
  const folder = dataFolder(config.data);
  await using keys = await openKeyAdmin(folder, config.store.url);
  const audit = (keyId: string, more: object = {}): void =>
    server.auditFile(folder)({ call: `castellan keys ${verb}`, caller: whoAsks(), keyId, ...more });
  const print = (document: unknown, text: string): void =>
    void stdout.write(
      values.json === true ? `${escapeJson(JSON.stringify(document, null, 2))}\n` : text,
    );

  switch (verb) {
    case 'create': {
      const policies = [...new Set(values.policy ?? [config.defaultPolicy])];
      refuseOthers('policy', policies, [...config.policies.keys()]);
      const wanted = values.scope ?? ['runs:write', 'runs:read'];
      refuseOthers('scope', wanted, scopes);
      const made = await keys.create({
        name: values.name ?? 'unnamed',
        tenant: values.tenant ?? 'default',
        mayNameTenant: values['any-tenant'] === true,
        policies,
        scopes: scopes.filter((scope) => wanted.includes(scope)),
        expiresAt: timeOf(values.expires),
      });
      audit(made.id, { tenant: values.tenant ?? 'default', scopes: wanted });
      print(made, `${made.key}\n`);
      return exitCodes.ok;
    }
    case 'list': {
      const all = await keys.list();
      const lines = all.map(({ id: key, tenant, policies, scopes: may, name, ...times }) =>
        [key, standing(times), tenant, policies.join(), may.join(), name]
          .map(escapeLine)
          .join('  '),
      );
      print(all, lines.map((line) => `${line}\n`).join(''));
      return exitCodes.ok;
    }
    case 'revoke': {
      if (id === undefined) throw new UsageError('keys revoke lacks the id of a key (key_…).');
      const isRevoked = await keys.revoke(id);
      if (!isRevoked) throw new UsageError(`No key ${shown(id)} is in force.`);
      audit(id);
      print({ id, isRevoked }, `${id} is revoked.\n`);
      return exitCodes.ok;
    }
    default:
      throw new UsageError(
        `keys needs one of create, list, revoke${verb === undefined ? '' : `, not ${shown(verb)}`}.`,
      );
  }
}

/** The user of this machine, by name and number. */
function whoAsks(): string {
  const uid = process.getuid?.() ?? 0;
  try {
    return `${userInfo().username} (${uid})`;
  } catch {
    return `user ${uid}`;
  }
}

function standing({
  revokedAt,
  expiresAt,
}: Readonly<Record<'revokedAt' | 'expiresAt', string | null>>): string {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'over' : 'in force';
}

function refuseOthers(what: string, given: readonly string[], known: readonly string[]): void {
  const other = given.find((each) => !known.includes(each));
  if (other === undefined) return;
  throw unknownWord(what, other, known);
}

function timeOf(given: string | undefined): string | null {
  if (given === undefined) return null;
  const time = new Date(given);
  if (/^\d{4}-\d\d-\d\dT/.test(given) && !Number.isNaN(time.getTime())) return time.toISOString();
  throw new UsageError(`--expires must be a time like 2027-01-31T00:00:00Z, not ${shown(given)}.`);
}
