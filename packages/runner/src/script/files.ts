import type { JobMessage } from '@castellan/protocol/frames';
import { resolveRelative } from '@castellan/protocol/paths';
import { freeAlias, languageOf, prepare, type Prepared } from './prepare.ts';
import { notFound } from './allowed.ts';
import { type Place, Refusal } from './refusal.ts';

export type FileKind = 'module' | 'body' | 'json';

/** The source files of one run, parsed on demand and once. */
export class Files {
  readonly alias: string;
  readonly #sources: ReadonlyMap<string, string>;
  readonly #language: JobMessage['language'];
  readonly #keepsTree: boolean;
  readonly #keepsImport: boolean;
  readonly #prepared = new Map<string, Prepared>();

  /** `keepsImport`: the engine handles `import()` itself, so it needs no alias. */
  constructor(job: JobMessage, { keepsImport = false } = {}) {
    this.#keepsImport = keepsImport;
    this.#sources = new Map(Object.entries(job.files));
    this.#language = job.language;
    this.#keepsTree = job.mode === 'check';
    this.alias = freeAlias([...this.#sources.values()]);
  }

  /** Whether a file may have an `import(…)`, so that its alias must be hidden. */
  get mayImport(): boolean {
    return this.#sources.values().some((source) => /\bimport\b/.test(source));
  }

  /** The text of all files together, to search for words in it. */
  get allText(): string {
    return [...this.#sources.values()].join('\n');
  }

  get names(): readonly string[] {
    return [...this.#sources.keys()];
  }

  has(file: string): boolean {
    return this.#sources.has(file);
  }

  source(file: string): string {
    return this.#sources.get(file) ?? '';
  }

  kind(file: string): FileKind {
    return file.endsWith('.json') ? 'json' : this.prepared(file).analysis.kind;
  }

  /** Whether any file that has been parsed waits at its top level. */
  get anyAwaits(): boolean {
    return this.#prepared
      .values()
      .some(
        ({ analysis }) =>
          analysis.hasTopLevelAwait || (analysis.kind === 'body' && analysis.imports.length > 0),
      );
  }

  /** The file, if it has been parsed already. */
  parsed(file: string): Prepared | undefined {
    return this.#prepared.get(file);
  }

  /** Throws a `Refusal` when the file cannot be parsed. */
  prepared(file: string): Prepared {
    const known = this.#prepared.get(file);
    if (known !== undefined) return known;
    const language = this.#language === 'auto' ? 'auto' : languageOf(file);
    const prepared = prepare(this.source(file), file, language, this.alias, {
      keepsTree: this.#keepsTree,
      keepsImport: this.#keepsImport,
    });
    if ('message' in prepared) {
      const { message, line, column } = prepared;
      throw new Refusal('syntax_error', message, { file, line, column });
    }
    this.#prepared.set(file, prepared);
    return prepared;
  }

  /** The file that a relative `specifier` in `from` means. Throws a `Refusal` when there is none. */
  resolve(specifier: string, from: string): string {
    const file = resolveRelative(specifier, from, (path) => this.has(path));
    if (file !== null) return file;
    throw notFound(specifier);
  }

  /** Where `from` imports `specifier` statically. */
  importPlace(specifier: string, from: string): Place | null {
    const node = this.#prepared
      .get(from)
      ?.analysis.imports.find(({ source }) => source.value === specifier);
    if (node === undefined) return null;
    const before = this.source(from).slice(0, node.start).split('\n');
    return { file: from, line: before.length, column: (before.at(-1) ?? '').length + 1 };
  }
}
