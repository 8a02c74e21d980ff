import type { JobMessage } from '@castellan/protocol/frames';
import { isRelative, resolveRelative } from '@castellan/protocol/paths';
import { originalColumn } from './edits.ts';
import { type InlineMap, inlineMap } from './inline-map.ts';
import { freeAlias, languageOf, prepare, type Prepared } from './prepare.ts';
import { type Complain, inV8sWords } from './words.ts';
import { notFound } from './allowed.ts';
import { positionAt } from './origin.ts';
import type { Attributes } from './attributes.ts';
import { plainSource } from './first-line.ts';
import { checkedJson } from './json-fault.ts';
import { fileOf } from './places.ts';
import { type Place, Refusal } from './refusal.ts';
import { BadSettings, readSettings, type Settings, settingsFile } from './transform/settings.ts';

export type FileKind = 'module' | 'body' | 'json';

/** The source files of one run, parsed on demand and once. */
export class Files {
  readonly alias: string;
  readonly #sources: ReadonlyMap<string, string>;
  readonly #language: JobMessage['language'];
  readonly #keepsTree: boolean;
  readonly #keepsImport: boolean;
  readonly entry: string;
  readonly #mayRequire: boolean;
  readonly #complain: Complain;
  readonly #prepared = new Map<string, Prepared>();
  readonly #maps = new Map<string, InlineMap>();
  /** Names of files that a map of the script's has led to. */
  readonly #originals = new Set<string>();
  #settings: Settings | undefined;

  /**
   * `complain` compiles by V8 what does not parse, for its words. `keepsImport`: the engine handles
   * `import()` itself, so it needs no alias.
   */
  constructor(job: JobMessage, complain: Complain, { keepsImport = false } = {}) {
    this.#complain = complain;
    this.#keepsImport = keepsImport;
    this.entry = job.entry;
    this.#mayRequire = Object.values(job.files).some((source) => /\brequire\b/.test(source));
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

  /** Whether V8 evaluates the file itself, as an ES module with imports of its own. */
  isLinked(file: string): boolean {
    if (file.endsWith('.json')) return false;
    const { kind, hasModuleScope } = this.prepared(file).analysis;
    return kind === 'module' || hasModuleScope;
  }

  /** The file, if it has been parsed already. */
  parsed(file: string): Prepared | undefined {
    return this.#prepared.get(file);
  }

  /**
   * Where the author wrote what an engine reports at a place. Undefined for what the author did not
   * write: files of others, and code that a compiler added.
   */
  origin(place: Place): Place | undefined {
    const { file, line } = place;
    if (!this.has(file)) return undefined;
    const prepared = this.#prepared.get(file);
    if (prepared === undefined) return this.#mapped(place);
    // Node's loader counts what stands before a module's text; for scripts, engines are told not to.
    const isCounted = this.#keepsImport && line === 1 && this.isLinked(file);
    const given = isCounted ? Math.max(1, place.column - prepared.prefixLength) : place.column;
    const column = originalColumn(prepared.shifts, line, given);
    return this.#written(prepared, { file, line, column });
  }

  /** A place that is the author's already; undefined for one in no file of the author's. */
  known(place: Place): Place | undefined {
    return this.has(place.file) || this.#originals.has(place.file) ? place : undefined;
  }

  /** Where the author wrote a place of a file's JavaScript; the file's begin for what was added. */
  written(place: Place): Place {
    const { file } = place;
    return this.#written(this.prepared(file), place) ?? { file, line: 1, column: 1 };
  }

  /** The text of a frame with the place that the author wrote; empty for what the author did not write. */
  placed(frame: string): string {
    const [end, line, column] = /:(\d{1,8}):(\d{1,8})\)?$/.exec(frame) ?? [];
    if (end === undefined) return frame;
    const before = frame.slice(0, -end.length);
    const file = this.names.find(
      (name) =>
        before === name || (/[ (]$/.test(before.slice(0, -name.length)) && before.endsWith(name)),
    );
    if (file === undefined) return frame;
    const place = this.origin({ file, line: Number(line), column: Number(column) });
    if (place === undefined) return '';
    const close = end.endsWith(')') ? ')' : '';
    return `${before.slice(0, -file.length)}${place.file}:${place.line}:${place.column}${close}`;
  }

  #written({ origin }: Prepared, { file, line, column }: Place): Place | undefined {
    if (origin === undefined) return this.#mapped({ file, line, column });
    const position = origin({ line, column });
    return position === undefined ? undefined : this.#mapped({ file, ...position });
  }

  /** Where a place of a file as it was given comes from, if the file itself has a source map. */
  #mapped(place: Place): Place {
    const { file } = place;
    const known = this.#maps.get(file);
    const map = known ?? inlineMap(this.source(file));
    if (known === undefined) this.#maps.set(file, map);
    const original = map(place);
    if (original !== undefined) this.#originals.add(original.file);
    return original ?? place;
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
      mayRequire: this.#mayRequire,
      lead: this.#saysMain(file) ? 'import.meta.main=true;' : '',
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
      throw new Refusal('syntax_error', message, this.#mapped({ file, line, column }));
    }
    this.#prepared.set(file, prepared);
    return prepared;
  }

  /** The text of a JSON file. Throws a `Refusal` with the place of its first fault. */
  jsonText(file: string): string {
    return checkedJson(file, this.source(file));
  }

  /** Whether a specifier means a file of the script by a path, or by the URL of one that is there. */
  isOwn(specifier: string): boolean {
    return isRelative(specifier) || this.has(fileOf(specifier) ?? '');
  }

  /** Whether an entry has to be told that it is the main module: for Node, the runner is. */
  #saysMain(file: string, source = this.source(file)): boolean {
    if (!this.#keepsImport || file !== this.entry) return false;
    return /\bmeta\b/.test(source) && /\bmain\b/.test(source);
  }

  /** The file that such a `specifier` in `from` means. Throws a `Refusal` when there is none. */
  resolve(specifier: string, from: string): string {
    const file = isRelative(specifier)
      ? resolveRelative(specifier, from, (path) => this.has(path))
      : fileOf(specifier);
    if (file != null) return file;
    throw notFound(specifier);
  }

  /** The attributes with which `from` imports `specifier` statically, for each time that it does. */
  attributes(specifier: string, from: string): Attributes[] {
    const requests = this.#prepared.get(from)?.analysis.requests ?? [];
    return requests
      .filter(({ source }) => source.value === specifier)
      .map(({ attributes }) =>
        Object.fromEntries(
          (attributes ?? []).map(({ key, value }) => [
            key.type === 'Identifier' ? key.name : String(key.value),
            String(value.value),
          ]),
        ),
      );
  }

  /** Where `from` imports `specifier` statically. */
  importPlace(specifier: string, from: string): Place | null {
    const prepared = this.#prepared.get(from);
    const node = prepared?.analysis.requests.find(({ source }) => source.value === specifier);
    if (prepared === undefined || node === undefined) return null;
    const at = (offset: number): Place => ({ file: from, ...positionAt(prepared.source, offset) });
    // An import that the compiler has added is needed where its first name is called.
    const [first] = node.type === 'ImportDeclaration' ? node.specifiers : [];
    const use = prepared.source.indexOf(`${first?.local.name ?? ''}(`, node.end);
    return this.#written(prepared, at(node.start)) ?? this.written(at(Math.max(use, 0)));
  }
}
