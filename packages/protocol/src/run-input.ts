import { type BrowserSettings, browserSettings } from './browser.ts';
import { type Kind, type ValueOf } from './kind.ts';
import { anything, anyText, flag, oneOf, textLike, textUpTo } from './kinds.ts';
import { timeZone } from './time-zone.ts';
import { recordSettings } from './record.ts';
import { isolationChoices, namesOf } from './words.ts';
import { either, listOf, orNull, recordOf, shape } from './structures.ts';

/** One option of a run. */
interface InputRow<Value> {
  /** Validates what a caller writes. */
  readonly asked: Kind<unknown>;
  /** Validates what a run carries: the caller's value, or the default. */
  readonly kind: Kind<Value>;
  /** The value if the caller sets none. */
  readonly default: Value;
  /** Whether it goes into the box. Options that do not matter to the script stay outside. */
  readonly isForScript: boolean;
  readonly sentence: string;
}

function row<Value, const IsForScript extends boolean>(
  kind: Kind<Value>,
  standard: NoInfer<Value>,
  isForScript: IsForScript,
  sentence: string,
) {
  return { asked: kind, kind, default: standard, isForScript, sentence };
}

/** A row whose default is null, a value that no caller can write. */
function nullRow<Value, const IsForScript extends boolean>(
  asked: Kind<Value>,
  isForScript: IsForScript,
  sentence: string,
) {
  return { asked, kind: orNull(asked), default: null, isForScript, sentence };
}

const envName = textLike('letters, digits and _, without a digit first', /^[A-Za-z_]\w*$/, 128);
const labelName = textLike('letters, digits and _ . - /', /^[\w.\-/]+$/, 64);

/**
 * The options of one run, for every caller: the library, HTTP and the command line take these
 * fields, and the store, the launcher and the runner carry them as one object. A new option is a
 * new row, its use in each engine, a flag, a test and a sentence in the guide.
 */
export const runInputTable = {
  params: row(anything, {}, true, 'Any JSON; the script has it as `params`.'),
  env: row(
    recordOf('an object of texts', textUpTo(32_768), envName, 100),
    {},
    true,
    'Texts that the script has as `env`.',
  ),
  stdin: row(
    anyText,
    '',
    true,
    'The text that the script has as `stdin`, and on its standard input with engine node; at most `paramsBytes`.',
  ),
  timezone: nullRow(
    timeZone,
    false,
    'The time zone of the script’s dates and of its pages, by its name, such as Europe/Vienna. Without it: `env.TZ`, or UTC.',
  ),
  modules: nullRow(
    listOf(textUpTo(256), 500),
    false,
    'Narrows the modules that may be imported: packages and built-ins by name; `*` is every package that is allowed.',
  ),
  network: nullRow(
    shape<{ allow: readonly string[] }>('an object { allow }', {
      allow: listOf(textUpTo(260), 500),
    }),
    false,
    'Narrows the hosts that may be reached: `host`, `host:port`, `*.suffix` or `*`.',
  ),
  browser: nullRow(
    either<boolean, BrowserSettings>(flag, browserSettings),
    false,
    'How the pages of a script that uses Puppeteer look; `false`: it gets no browser. Needs a sandbox or policy with browsers.',
  ),
  record: nullRow(
    recordSettings,
    false,
    'What is kept of the run to look at: `video`, a film of its pages; `trace`, its requests and the calls of Puppeteer. Needs a policy that offers it.',
  ),
  isolation: nullRow(
    oneOf(namesOf(isolationChoices)),
    false,
    'What builds the box; must be what the sandbox or the policy offers. Without it: the first of those.',
  ),
  labels: row(
    recordOf('an object of texts', textUpTo(256), labelName, 32),
    {},
    false,
    'Names and texts to find the run by.',
  ),
} as const satisfies Readonly<Record<string, InputRow<unknown>>>;

type Table = typeof runInputTable;

/** The validated options of a run, complete. `params` is JSON text from here on. */
export type RunInput = {
  readonly [Name in keyof Table]: Name extends 'params' ? string : ValueOf<Table[Name]['kind']>;
};

/**
 * The options as a caller writes them: all are optional, and `params` is any value that JSON can
 * carry.
 */
export type AskedInput = {
  readonly [Name in keyof Table]?:
    | (Name extends 'params' ? unknown : ValueOf<Table[Name]['kind']>)
    | undefined;
};

/** Completes the options with the defaults. `params` is the JSON text of the parameters. */
export function wholeInput(asked: AskedInput, params: string): RunInput {
  const entries = namesOf(runInputTable).map(
    (name) => [name, asked[name] ?? runInputTable[name].default] as const,
  );
  return { ...(Object.fromEntries(entries) as RunInput), params };
}

/** Returns the part of the input that goes into the box. */
export function scriptInput(input: RunInput): ScriptInput {
  const names = namesOf(runInputTable).filter((name) => runInputTable[name].isForScript);
  return Object.fromEntries(names.map((name) => [name, input[name]])) as ScriptInput;
}

/** The part of the input that goes into the box. */
export type ScriptInput = Pick<
  RunInput,
  { [Name in keyof Table]: Table[Name]['isForScript'] extends true ? Name : never }[keyof Table]
>;
