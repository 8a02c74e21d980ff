import type { JobMessage } from '@castellan/protocol/frames';
import { resolveRelative } from '@castellan/protocol/paths';
import type { Position } from './origin.ts';
import { freeAlias, languageOf, originalColumn, prepare, type Prepared } from './prepare.ts';
import { type Complain, inV8sWords } from './words.ts';
import { notFound } from './allowed.ts';
import { plainSource } from './first-line.ts';
import { type Place, Refusal } from './refusal.ts';
import { BadSettings, readSettings, type Settings, settingsFile } from './transform/settings.ts';

export type FileKind = 'module' | 'body' | 'json';

const nowhere: Position = { line: 0, column: 0 };

/** The source files of one run, parsed on demand and once. */
export class Files {
  readonly alias: string;
  readonly #sources: ReadonlyMap<string, string>;
  readonly #language: JobMessage['language'];
  readonly #keepsTree: boolean;
  readonly #keepsImport: boolean;
  readonly #complain: Complain;
  readonly #prepared = new Map<string, Prepared>();
  #settings: Settings | undefined;

  /**
   * `complain` compiles by V8 what does not parse, for its words. `keepsImport`: the engine handles
   * `import()` itself, so it needs no alias.
   */
  constructor(job: JobMessage, complain: Complain, { keepsImport = false } = {}) {
    this.#complain = complain;
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

  /**
   * Where the author wrote what an engine reports at a place. Undefined for what the author did not
   * write: files of others, and code that the transformer added.
   */
  origin(place: Place): Place | undefined {
    const { file, line } = place;
    if (!this.has(file)) return undefined;
    const prepared = this.#prepared.get(file);
    if (prepared === undefined) return place;
    const column = originalColumn(prepared.shifts, line, place.column);
    return this.#written(file, prepared, { line, column });
  }

  /** Where the author wrote a place of a file's JavaScript; the file's begin for what was added. */
  written(file: string, place: Position): Place {
    return this.#written(file, this.prepared(file), place) ?? { file, line: 1, column: 1 };
  }

  #written(file: string, { origin }: Prepared, place: Position): Place | undefined {
    const { line, column } = origin === undefined ? place : (origin(place) ?? nowhere);
    return line === 0 ? undefined : { file, line, column };
  }

  /** What a `tsconfig.json` among the files says. Throws a `Refusal` when it cannot be read. */
  get settings(): Settings {
    const text = this.#sources.get(settingsFile);
    try {
      this.#settings ??= text === undefined ? {} : readSettings(text);
      return this.#settings;
    } catch (error) {
      if (!(error instanceof BadSettings)) throw error;
      const { message, line, column } = error;
      throw new Refusal('syntax_error', message, { file: settingsFile, line, column });
    }
  }

  /** Throws a `Refusal` when the file cannot be parsed. */
  prepared(file: string): Prepared {
    const known = this.#prepared.get(file);
    if (known !== undefined) return known;
    const language = this.#language === 'auto' ? 'auto' : languageOf(file);
    const prepared = prepare(this.source(file), file, language, this.alias, {
      keepsTree: this.#keepsTree,
      keepsImport: this.#keepsImport,
      settings: () => this.settings,
    });
    if ('message' in prepared) {
      const source = plainSource(this.source(file));
      const { message, line, column } = inV8sWords(
        source,
        file,
        language,
        prepared,
        this.#complain,
      );
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
    const prepared = this.#prepared.get(from);
    const node = prepared?.analysis.imports.find(({ source }) => source.value === specifier);
    if (prepared === undefined || node === undefined) return null;
    const before = prepared.source.slice(0, node.start).split('\n');
    const column = (before.at(-1) ?? '').length + 1;
    return this.written(from, { line: before.length, column });
  }
}
