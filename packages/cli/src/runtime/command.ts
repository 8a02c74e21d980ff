import { shown } from '@castellan/protocol/kinds';
import {
  defaultRuntime,
  listBuiltins,
  listRuntimes,
  packagesIn,
  type Runtime,
} from '@castellan/sandbox/runtimes';
import { runtimeHelp } from '../args/help.ts';
import { helpText } from '../args/help-page.ts';
import { unknownWord, UsageError } from '../args/usage-error.ts';
import { parseOptions } from '../args/parse.ts';
import { runtimeOptions } from '../args/table.ts';
import { complaint } from '../output/complaint.ts';
import { escapeJson } from '../output/escape.ts';
import { progressOn } from '../output/progress.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { isStale, makeRuntime } from './make.ts';
import { isShippedSource } from './sources.ts';
import { listText, runtimeText } from './text.ts';

/** `castellan runtime`: builds the packages that scripts may import, and lists them. */
export async function runtimeCommand(
  args: readonly string[],
  { stdout, stderr }: Terminal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, runtimeOptions);
  if (values.help === true) {
    stdout.write(helpText(runtimeHelp));
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
    const progress = progressOn(stderr, isJson);
    const build = async (what: string): Promise<void> => {
      const runtime = await makeRuntime(what, values.out, progress).finally(() => progress.done());
      print(document(runtime), () => runtimeText(runtime));
    };
    const isAsked = values.force === true || values.out !== undefined;
    const known = foundByName().filter((each) => name === undefined || each.name === name);
    // A folder may hold anything new; what is here by its name is built when it has to be.
    const isFolder = name !== undefined && (known.length === 0 || !isShippedSource(name));
    if (isFolder) await build(name);
    for (const each of isFolder ? [] : known) {
      const isWanted = isAsked || isStale(each);
      if (isWanted && !isShippedSource(each.name)) stderr.write(ofUnknownSource(each));
      else if (isWanted) await build(each.name);
      else if (!isJson) stderr.write(fresh(each.name));
      else print(each.runtime === null ? null : document(each.runtime), () => '');
    }
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

/** What sandboxes find by each name: an own runtime comes before a shipped one. */
function foundByName(): Listed[] {
  return [...Map.groupBy(listRuntimes(), ({ name }) => name).values()].flatMap(([first]) =>
    first === undefined ? [] : [first],
  );
}

function ofUnknownSource({ name, problem }: Listed): string {
  const why = problem ?? 'it is compiled for another Node';
  return complaint(`${name} is left as it is: ${why}`, 'castellan runtime build FOLDER');
}

function fresh(name: string): string {
  return `castellan: ${name} is built and compiled for this Node; --force builds it again.\n`;
}

function document({ name, folder, packages, nodeModules }: Runtime): object {
  return { name, folder, packages, nodePackages: packagesIn(nodeModules) };
}

function described({ name, folder, isShipped, runtime, problem }: Listed): object {
  const packages = runtime === null ? [] : Object.keys(runtime.packages);
  const nodePackages = runtime === null ? [] : packagesIn(runtime.nodeModules);
  return { name, folder, isShipped, packages, nodePackages, problem };
}

type Listed = ReturnType<typeof listRuntimes>[number];
