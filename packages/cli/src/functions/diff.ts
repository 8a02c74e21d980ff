import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';
import type { Client, FunctionDefinition, FunctionRecord } from '@castellan/sdk';
import { UsageError } from '../args/usage-error.ts';
import { escapeLine, escapeText } from '../output/escape.ts';
import { type Paint, paintFor } from '../output/terminal.ts';
import { withService } from '../remote/service.ts';
import { exitCodes } from '../run/exit-code.ts';
import { aliasText } from './change.ts';
import { given, type Verb, versionOf } from './verb.ts';

/** How long two texts may be compared, in milliseconds: two large ones with nothing in common take very long. */
const mostMs = 5_000;

/** The name of what is no file: no file may have it. */
const settingsName = '(settings)';

/** Prints what is different in two versions, as a unified diff: nothing where nothing is. Throws `UsageError`. */
export const diff: Verb = async ({ values, operands, terminal, interrupted: signal }) => {
  const [name = '', from = '', to = ''] = operands;
  const options = { signal, ...given({ tenant: values.tenant }) };
  return withService(process.env, terminal, async ({ functions }) => {
    const record = await functions.get(name, options);
    const read = async (word: string, place: string) =>
      documentsOf(functions, record, numberOf(record, word, place), options);
    const [before, after] = await Promise.all([read(from, 'FROM'), read(to, 'TO')]);
    const paint = paintFor(terminal.stdout, process.env);
    for (const path of new Set([...before.keys(), ...after.keys()].toSorted())) {
      terminal.stdout.write(patchText(path, before.get(path), after.get(path), paint));
    }
    return exitCodes.ok;
  });
};

/** A version by its number, or by an alias that names it. */
function numberOf({ name, aliases }: FunctionRecord, word: string, place: string): number {
  const alias = Object.hasOwn(aliases, word) ? aliases[word] : undefined;
  if (alias !== undefined) return alias.version;
  if (/^\d+$/.test(word)) return versionOf(word, place);
  throw new UsageError(
    `${place} is the number of a version or an alias of ${name}, not ${JSON.stringify(word)}. It has these: ${aliasText(aliases)}.`,
  );
}

/** The texts that a version consists of, by name: its files, and all else as JSON. */
async function documentsOf(
  functions: Client['functions'],
  { name }: FunctionRecord,
  version: number,
  options: Parameters<typeof functions.version>[2],
): Promise<Map<string, string>> {
  const { definition } = await functions.version(name, version, options);
  const { files, code, ...settings }: Partial<FunctionDefinition> & Sources = definition;
  const texts = Object.entries({ ...files, ...(code === undefined ? {} : { code }) });
  return new Map([
    ...texts.map(([path, text]) => [path, asText(text)] as const),
    [settingsName, asText(settings)],
  ]);
}

/** Whichever of the two forms a definition has. */
interface Sources {
  readonly files?: Readonly<Record<string, unknown>>;
  readonly code?: unknown;
}

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`;

function patchText(
  path: string,
  before: string | undefined,
  after: string | undefined,
  paint: Paint,
): string {
  if (before === after) return '';
  const [old, made] = [before, after].map((text) => (text === undefined ? '/dev/null' : path));
  const patch = structuredPatch(old!, made!, before ?? '', after ?? '', undefined, undefined, {
    timeout: mostMs,
  });
  if (patch === undefined) return `${escapeLine(path)}: too different to be compared\n`;
  const lines = escapeText(formatPatch(patch, FILE_HEADERS_ONLY)).split('\n');
  return lines.map((line) => painted(line, paint)).join('\n');
}

function painted(line: string, paint: Paint): string {
  if (line.startsWith('@@')) return paint('dim', line);
  if (/^(?:\+\+\+|---) /.test(line)) return paint('bold', line);
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('-') ? paint('red', line) : line;
}
