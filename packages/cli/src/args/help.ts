import type { OptionTable } from './table.ts';
import { doctorOptions, limitOptions, runOptions, runtimeOptions, topOptions } from './table.ts';

const width = 96;

export function topHelp(): string {
  return `Runs JavaScript and TypeScript that you did not write, behind several walls.

  castellan run FILE|-    runs a script in a box on this machine
  castellan runtime       builds the packages that scripts may import, and lists them
  castellan serve         the HTTP API, its queue, its launcher and its store, in one command
  castellan keys          makes, lists and revokes API keys
  castellan logs RUN_ID   and get, cancel, artifacts: a run of a service
  castellan doctor        says what this machine can enforce, and how to mend what is missing

${listOptions(topOptions)}
  Each command explains itself: castellan run --help
`;
}

export function runHelp(): string {
  return `castellan run FILE|- [options]

  Runs a script in a V8 isolate inside a box on this machine. FILE ends in .js .mjs .cjs .ts .mts
  or .cts; - reads standard input, JavaScript or, if that does not parse, TypeScript. Files that
  FILE imports by relative names are taken along from its own folder and below, except names that
  begin with a dot, node_modules, and links that lead out.

  The value goes to standard output as JSON, once, also when it is null; indented on a terminal.
  Logs go to standard error as they happen, and so does the report when a run fails. With --json
  standard error has only what castellan itself has to say.

${listOptions(runOptions)}
Limits; there are no ceilings. TIME is 500ms, 5s or 2m; SIZE is in b kb mb gb kib mib gib.

${listOptions(limitOptions)}
Exit codes

  0  succeeded
  1  the script failed, or --check found a problem
  2  bad usage: a wrong option, value or file; nothing ran
  3  timed out, or a resource limit was hit
  4  our fault: no box could be made here, or an artifact could not be written
  130  cancelled: Ctrl-C or SIGTERM; logs and artifacts stay. A second Ctrl-C exits at once.

Examples

  castellan run report.ts --params '{"month":"2026-11"}' --out artifacts
  castellan run report.ts --check
  echo 'return [3, 1, 2].sort()' | castellan run - --wall 500ms | jq length
`;
}

export function runtimeHelp(): string {
  return `castellan runtime build NAME|FOLDER [--out DIR]
castellan runtime list [NAME]

  A runtime is a set of packages that scripts may import. Yours is a folder with a package.json, and
  best a package-lock.json, whose name is the name of the runtime. build installs its dependencies
  without running any of their scripts, bundles each for isolates, and loads each once in a box. A
  NAME that came with Castellan is built again for this machine's Node. list says what is built, and
  with NAME what is in it.

${listOptions(runtimeOptions)}
Examples

  castellan runtime build ./my-runtime
  castellan run report.ts --runtime my-runtime --allow-module '*' --allow-module node:crypto
`;
}

export function doctorHelp(): string {
  return `castellan doctor [options]

  Says what this machine can enforce, layer by layer, each found out by doing it: a box is built,
  scripts that loop, hoard memory and pry at the walls are run in it. Names the fix for what is
  missing. Exits 1 when less than the floor stands, else 0.

${listOptions(doctorOptions)}`;
}

/** The options of a table in two columns. */
export function listOptions(table: OptionTable): string {
  const rows = Object.entries(table).map(([name, { short, value, sentence, ...row }]) => ({
    left: `--${name}${value === undefined ? '' : ` ${value}`}${short === undefined ? '' : `, -${short}`}`,
    sentence: row.standard === undefined ? sentence : `${sentence} Default ${row.standard}.`,
  }));
  const indent = Math.max(...rows.map(({ left }) => left.length)) + 4;
  return rows
    .map(({ left, sentence }) => `${`  ${left}`.padEnd(indent)}${wrap(sentence, indent)}\n`)
    .join('');
}

function wrap(text: string, indent: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && indent + line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
