import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DriverName } from '@castellan/protocol';
import type { Limits, Reason, Run, RunOptions, SandboxOptions, Source } from '@castellan/sandbox';

/** A program's row: everything about it but its text. */
export interface Row {
  /** The file's name in the folder of its letter. */
  readonly program: string;
  /** Every ending that is right; `null` is a run that goes well. The fewer the better. */
  readonly ends: readonly (Reason | null)[];
  readonly limits?: Partial<Limits>;
  /** Packages and built-ins that are allowed. Left out: every package of the runtime. */
  readonly modules?: readonly string[];
  readonly params?: Readonly<Record<string, unknown>>;
  readonly env?: RunOptions['env'];
  /** What its sandbox may reach. Left out: nothing. */
  readonly network?: SandboxOptions['network'];
  /** The run has a browser. */
  readonly browser?: true;
  /** It may reach the site, whose port is among the targets, with a secret that is bound to it. */
  readonly site?: true;
  /** Node engine: there is native code among its packages. */
  readonly native?: true;
  /** A program that the same tenant runs before. */
  readonly before?: string;
  /** Fewest values that the program must have tried its weapons on. Left out: it reports none. */
  readonly tries?: number;
  /** What else the run must show. */
  readonly check?: (run: Run, artifact: (name: string) => Uint8Array | undefined) => void;
  /** Node engine: runs again with nothing but the box in the way. */
  readonly bare?: true;
  /** What is different behind the walls of another driver, and why that gives nothing away. */
  readonly except?: Partial<Record<DriverName, Exception>>;
  /** Runs in `node:vm` too, with the host's objects within reach, and must be caught there. */
  readonly beatsVm?: true;
  /** Takes seconds, and others hold the same wall in `npm test`: runs in `test/faults` alone. */
  readonly isRare?: true;
  /** Native code: runs in a Node without a box too, where the kernel must let it have what it asks for. */
  readonly beatsNode?: true;
}

export interface Exception {
  readonly why: string;
  /** Further endings that are right. */
  readonly ends?: readonly (Reason | null)[];
  /** It is not run without its seat belt there: its command line would be taken for a leak. */
  readonly bare?: false;
  /** What of the report of `plunder.js` is the driver's own. */
  readonly reaches?: RegExp;
}

export interface Attack extends Row {
  /** Folder and file: `a-realm/01-globals.js`. */
  readonly name: string;
  /** The first comment of the program. */
  readonly technique: string;
  readonly source: Source;
}

const root = import.meta.dirname;
const weapons = Object.fromEntries(
  ['plunder.js', 'report.js', 'kernel.js'].map((name) => [
    name,
    readFileSync(join(root, 'weapons', name), 'utf8'),
  ]),
);

/** Reads the programs of one letter. */
export async function attacksOf(folder: string, rows: readonly Row[]): Promise<Attack[]> {
  return Promise.all(
    rows.map(async (row): Promise<Attack> => {
      const name = `${folder}/${row.program}`;
      const text = readFileSync(join(root, name), 'utf8');
      return { ...row, name, technique: techniqueOf(text), source: await sourceOf(name, text) };
    }),
  );
}

/** A `.make.js` makes its source, or its files; any other program is the source. */
async function sourceOf(name: string, text: string): Promise<Source> {
  if (!name.endsWith('.make.js')) {
    return { entry: 'attack.js', files: { 'attack.js': text, ...weapons } };
  }
  const made = (await import(pathToFileURL(join(root, name)).href)) as { default: () => Source };
  const source = made.default();
  return typeof source === 'string'
    ? source
    : { ...source, files: { ...weapons, ...source.files } };
}

function techniqueOf(text: string): string {
  const lines = text.slice(0, text.search(/^(?!\/\/)/m)).split('\n');
  return lines
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join(' ')
    .trim();
}
