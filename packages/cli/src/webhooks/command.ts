import { namesOf } from '@castellan/protocol';
import type { Delivery, WebhookSecret, Webhooks } from '@castellan/sdk';
import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { unknownWord, UsageError } from '../args/usage-error.ts';
import { webhooksHelp } from '../args/webhooks-help.ts';
import { webhooksOptions, type WebhookVerb, webhookVerbs } from '../args/webhooks-table.ts';
import { jsonText } from '../output/conclude.ts';
import { escapeLine } from '../output/escape.ts';
import type { Terminal } from '../output/terminal.ts';
import { withService } from '../remote/service.ts';
import { exitCodes } from '../run/exit-code.ts';
import { deliveryText } from './text.ts';

interface Asked {
  readonly webhooks: Webhooks;
  readonly run: string;
  readonly tenant: string | undefined;
  readonly signal: AbortSignal;
}

/** What each verb asks for: a delivery, null for none, or a secret. */
const verbs: Readonly<
  Record<WebhookVerb, (asked: Asked) => Promise<Delivery | WebhookSecret | null>>
> = {
  show: ({ webhooks, run, signal }) => webhooks.delivery(run, { signal }),
  replay: ({ webhooks, run, signal }) => webhooks.replay(run, { signal }),
  secret: ({ webhooks, tenant, signal }) => webhooks.secret({ tenant, signal }),
  rotate: ({ webhooks, tenant, signal }) => webhooks.rotateSecret({ tenant, signal }),
};

/** `castellan webhooks`: what became of them, and what they are signed with. Throws `UsageError`. */
export async function webhooksCommand(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, webhooksOptions);
  const { stdout } = terminal;
  if (values.help === true) {
    stdout.write(helpText(webhooksHelp));
    return exitCodes.ok;
  }
  const verb = verbOf(positionals, Object.keys(values));
  const [, run = ''] = positionals;
  return withService(process.env, terminal, async ({ webhooks }) => {
    const found = await verbs[verb]({ webhooks, run, tenant: values.tenant, signal });
    if (values.json === true) stdout.write(jsonText(found, stdout));
    else if (found === null) stdout.write('The run has no webhook.\n');
    else if ('secret' in found) stdout.write(`${escapeLine(found.secret)}\n`);
    else stdout.write(deliveryText(found));
    return exitCodes.ok;
  });
}

function verbOf([word, ...operands]: readonly string[], given: readonly string[]): WebhookVerb {
  const names = namesOf(webhookVerbs);
  const verb = names.find((name) => name === word);
  if (word === undefined) throw new UsageError(`webhooks needs one of ${names.join(', ')}.`);
  if (verb === undefined) throw unknownWord('word after webhooks', word, names);
  const { operands: wanted, options }: (typeof webhookVerbs)[WebhookVerb] = webhookVerbs[verb];
  const other = given.find((name) => !(options as readonly string[]).includes(name));
  if (other !== undefined) throw new UsageError(`--${other} is not for webhooks ${verb}.`);
  if (operands.length === wanted.length) return verb;
  const form = ['castellan webhooks', verb, ...wanted].join(' ');
  const takes = wanted.length === 0 ? 'no argument' : wanted.join(' ');
  throw new UsageError(
    `webhooks ${verb} takes ${takes}, not ${operands.length} arguments. Write: ${form}`,
  );
}
