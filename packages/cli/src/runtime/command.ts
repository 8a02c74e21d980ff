import { shown } from '@castellan/protocol/kinds';
import {
  defaultRuntime,
  listBuiltins,
  listRuntimes,
  type Runtime,
} from '@castellan/sandbox/runtimes';
import { runtimeHelp } from '../args/help.ts';
import { unknownWord, UsageError } from '../args/usage-error.ts';
import { parseOptions } from '../args/parse.ts';
import { runtimeOptions } from '../args/table.ts';
import { escapeJson } from '../output/escape.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { makeRuntime } from './make.ts';
import { listText, runtimeText } from './text.ts';

/** `castellan runtime`: builds the packages that scripts may import, and lists them. */
export async function runtimeCommand(
  args: readonly string[],
  { stdout, stderr }: Terminal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, runtimeOptions);
  if (values.help === true) {
    stdout.write(runtimeHelp());
    return exitCodes.ok;
  }
  const [verb, name, ...more] = positionals;
  if (verb !== 'build' && verb !== 'list') {
    throw unknownWord('command', `runtime ${verb ?? ''}`.trim(), ['runtime build', 'runtime list']);
  }
  if (more.length > 0) {
    throw new UsageError(`runtime ${verb} takes one name, not also ${shown(more[0])}.`);
  }
  const isJson = values.json === true;
  const print = (value: unknown, text: () => string): void =>
    void stdout.write(isJson ? `${escapeJson(JSON.stringify(value, null, 2))}\n` : text());

  if (verb === 'build') {
    const { out } = values;
    if (!isJson) stderr.write('castellan: installing, bundling and trying the packages …\n');
    const runtime = await makeRuntime(name ?? defaultRuntime, out);
    print(document(runtime), () => runtimeText(runtime));
    return exitCodes.ok;
  }
  const listed = listRuntimes();
  const builtins = listBuiltins();
  if (name === undefined) {
    print({ default: defaultRuntime, runtimes: listed.map(described), builtins }, () =>
      listText(listed, builtins, defaultRuntime),
    );
    return listed.every(({ problem }) => problem === null) ? exitCodes.ok : exitCodes.failed;
  }
  const found = listed.find((each) => each.name === name);
  if (found === undefined) {
    const known = listed.map((each) => each.name).join(', ') || 'none';
    throw new UsageError(`No runtime ${shown(name)} is built here. Built: ${known}.`);
  }
  if (found.runtime === null) throw new UsageError(found.problem ?? '');
  const { runtime } = found;
  print({ ...document(runtime), builtins }, () => runtimeText(runtime));
  return exitCodes.ok;
}

function document({ name, folder, packages }: Runtime): object {
  return { name, folder, packages };
}

function described({ name, folder, isShipped, runtime, problem }: Listed): object {
  const packages = runtime === null ? [] : Object.keys(runtime.packages);
  return { name, folder, isShipped, packages, problem };
}

type Listed = ReturnType<typeof listRuntimes>[number];
