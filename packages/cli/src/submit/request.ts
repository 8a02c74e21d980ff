import { engines, isolationChoices, namesOf } from '@castellan/protocol';
import { oneOf, shown, whole } from '@castellan/protocol/kinds';
import type { Source } from '@castellan/sandbox';
import type { RunRequest, Script } from '@castellan/sdk';
import type { OptionTable } from '../args/option.ts';
import { parseOptions } from '../args/parse.ts';
import { submitOptions } from '../args/service-table.ts';
import { boxOptions } from '../args/box-options.ts';
import { limitOptions, runOptions } from '../args/table.ts';
import { parseDuration } from '../args/units.ts';
import { readFlag, UsageError } from '../args/usage-error.ts';
import { parseScript, type ScriptArguments } from '../run/request.ts';

/** What is asked about a script. */
type Asked = Omit<Extract<RunRequest, { readonly code: string }>, 'code'>;

/** The parsed arguments of `castellan submit`. */
export interface SubmitArguments extends ScriptArguments {
  /** Fields of a check and of a run. */
  readonly asked: Pick<Asked, 'runtime' | 'policy' | 'tenant' | 'modules'>;
  /** Fields of a run alone. */
  readonly askedOfRun: Asked;
  readonly isDetached: boolean;
}

/** Parses the arguments after `submit`. Throws a `UsageError`. */
export function parseSubmit(args: readonly string[]): SubmitArguments | 'help' {
  refusePolicyFlags(args, 'submit', submitOptions);
  const { values, positionals } = parseOptions(args, { ...submitOptions, ...limitOptions });
  if (values.help === true) return 'help';
  return submitArgumentsOf(values, positionals);
}

type SubmitValues = ReturnType<typeof parseOptions<typeof submitOptions>>['values'];

/** What the options ask for, of a run or of the calls of a function. Throws a `UsageError`. */
export function submitArgumentsOf(
  values: Partial<SubmitValues>,
  positionals: readonly string[],
): SubmitArguments {
  const script = parseScript(values, positionals);
  const { engine, isolation, browser, runtime, policy, tenant } = values;
  const allow = values['allow-host'];
  return {
    ...script,
    isDetached: values.detach ?? false,
    asked: given({ runtime, policy, tenant, modules: values['allow-module'] }),
    askedOfRun: given({
      ...script.input,
      engine:
        engine === undefined ? undefined : readFlag(oneOf(namesOf(engines)), engine, '--engine'),
      isolation:
        isolation === undefined
          ? undefined
          : readFlag(oneOf(namesOf(isolationChoices)), isolation, '--isolation'),
      browser,
      secrets: values.secret,
      webhook: values.webhook === undefined ? undefined : { url: values.webhook },
      network: allow === undefined ? undefined : { allow },
      limits: script.limits,
      ...bookkeepingOf(values),
    }),
  };
}

/** What is asked of the service about a run, and not of its box. Throws a `UsageError`. */
export function bookkeepingOf({
  label,
  priority,
  ttl,
  attempts,
}: Partial<Pick<SubmitValues, 'label' | 'priority' | 'ttl' | 'attempts'>>) {
  const queue = given({
    priority: priority === undefined ? undefined : priorityOf(priority),
    ttlMs: ttl === undefined ? undefined : parseDuration(ttl, '--ttl'),
  });
  return given({
    labels: label === undefined ? undefined : labelsOf(label),
    queue: Object.keys(queue).length === 0 ? undefined : queue,
    retry:
      attempts === undefined
        ? undefined
        : { maxAttempts: readFlag(whole(1, 10), attempts, '--attempts') },
  });
}

/** The source as the API takes it. */
export function scriptOf(source: Source): Script {
  return typeof source === 'string' ? { code: source } : source;
}

/** Says of flags of `castellan run` alone who decides about them here. */
export function refusePolicyFlags(
  args: readonly string[],
  command: string,
  table: OptionTable,
): void {
  const own = Object.keys({ ...boxOptions, ...runOptions }).filter(
    (name) => !Object.hasOwn(table, name),
  );
  const found = own.find((name) =>
    args.some((each) => each === `--${name}` || each.startsWith(`--${name}=`)),
  );
  if (found === undefined) return;
  throw new UsageError(
    `--${found} is not for ${command}: on a service its operator decides, in the policy. castellan run takes it.`,
  );
}

function priorityOf(text: string): number {
  const priority = Number(text);
  if (/^-?\d+$/.test(text) && Math.abs(priority) <= 100) return priority;
  throw new UsageError(`--priority must be a whole number from -100 to 100, not ${shown(text)}.`);
}

function labelsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`--label takes NAME=VALUE, not ${shown(pair)}.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** The fields that are there. */
function given<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as ReturnType<typeof given<Fields>>;
}
