import type { Problem } from '@castellan/protocol';
import type { Submission } from '../../runs/contract/runs.ts';

/** Characters of a statement that are looked at. */
const looked = 1_000;

/**
 * The first of the problems that is about a static import: only that fails in any case, since a script
 * can catch what `require()` and `import()` throw. Each file is read once, however many
 * problems it has.
 */
export function firstStatic(
  problems: readonly Problem[],
  source: Submission['source'],
): Problem | undefined {
  const starts = new Map<string | null, ReadonlyMap<number, number>>();
  return problems.find(({ file, line, column }) => {
    const text = sourceText(source, file ?? '');
    if (text === undefined || line === null || column === null) return false;
    let known = starts.get(file);
    if (known === undefined) {
      const lines = problems.flatMap((other) => (other.file === file ? (other.line ?? []) : []));
      known = lineStarts(text, new Set(lines));
      starts.set(file, known);
    }
    const start = known.get(line);
    if (start === undefined) return false;
    return isStatic(text.slice(start + column - 1, start + column - 1 + looked));
  });
}

function sourceText(source: Submission['source'], file: string): string | undefined {
  if (typeof source === 'string') return source;
  const found = Object.hasOwn(source.files, file) ? source.files[file] : undefined;
  const isEncoded = typeof found === 'object' && 'base64' in found;
  return isEncoded ? Buffer.from(found.base64, 'base64').toString() : found;
}

function isStatic(statement: string): boolean {
  if (statement.startsWith('export')) return true;
  if (!statement.startsWith('import')) return false;
  const next = statement
    .slice('import'.length)
    .replace(/^(?:\s|\/\*[^]*?\*\/|\/\/[^\n\r\u2028\u2029]*)+/, '');
  return !/^[(.]/.test(next);
}

/** Where the wanted lines begin, in one pass that keeps nothing of the others. */
function lineStarts(text: string, wanted: ReadonlySet<number>): ReadonlyMap<number, number> {
  const starts = new Map<number, number>();
  let line = 1;
  if (wanted.has(line)) starts.set(line, 0);
  for (let at = 0; at < text.length && starts.size < wanted.size; at++) {
    const code = text.charCodeAt(at);
    const isBreak = code === 10 || code === 13 || code === 0x2028 || code === 0x2029;
    if (!isBreak || (code === 13 && text.charCodeAt(at + 1) === 10)) continue;
    line++;
    if (wanted.has(line)) starts.set(line, at + 1);
  }
  return starts;
}
