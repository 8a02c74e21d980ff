import { type LimitName, limitTable } from '@castellan/protocol';
import type { Source } from '@castellan/sandbox';
import type { ReportSource } from '../output/report.ts';
import type { Terminal } from '../output/terminal.ts';
import { readData } from './data.ts';
import { gather } from './gather.ts';
import { readStdin } from './stdin.ts';

interface Asked {
  readonly file: string;
  /** Paths of files that the script gets besides those that it imports. */
  readonly data: readonly string[];
  readonly limits: Readonly<Partial<Record<LimitName, number>>>;
}

/** Reads the script: a file with those that it imports, or `-`, standard input. */
export async function readSource(
  { file, data, limits }: Asked,
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<{ source: Source; quotable: ReportSource }> {
  if (file !== '-') {
    const sourceBytes = limits.sourceBytes ?? limitTable.sourceBytes.default;
    const { entry, files, withheld } = gather(file, sourceBytes);
    return {
      source: { entry, files: { ...readData(data, file, sourceBytes), ...files } },
      quotable: { files: new Map(Object.entries(files)), withheld },
    };
  }
  const text = await readStdin(terminal, 'script', limits, interrupted);
  return { source: text, quotable: { files: new Map([['script.js', text]]), withheld: new Map() } };
}
