import type { ScriptInput } from '@castellan/protocol/run-input';
import { caps } from '@castellan/protocol/frames';
import { contentOf } from './bytes.ts';
import type { Calls } from './calls.ts';
import { codedError } from './failures.ts';
import type { Serving } from './serving.ts';
import { stringSlice } from '../guest/platform/natives.ts';

const { parse, stringify } = JSON;
const { defineProperty } = Object;

/** Defines globals; a script may declare variables of the same names. */
export function defineGlobals(values: object): void {
  for (const [name, value] of Object.entries(values)) {
    defineProperty(globalThis, name, {
      value,
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
}

/** How `files` reads what the run was given. */
export interface FileHost {
  /** The bytes of a file, or its text; undefined for one that was not given. */
  file(path: string, asText: boolean): Uint8Array | string | undefined;
  /** Names of files that were given, for a message. */
  fileNames(): string;
  /** The text of some bytes in UTF-8: a guest alone would need far longer. */
  text(bytes: Uint8Array): string;
}

/** How `progress` and `artifacts` reach the launcher. */
export interface ContextHost extends FileHost {
  progress(fraction: number, text: string): void;
  artifact(
    id: number,
    name: string,
    contentType: string | null,
    content: Uint8Array | string,
  ): void;
  /** Asks for the bytes of an artifact that the run has written. */
  artifactRead(id: number, name: string): void;
}

/** What an entry function gets besides its parameters. */
export interface GuestContext {
  readonly artifacts: {
    write(name: string, data: unknown, options?: { contentType?: string }): Promise<unknown>;
    read(name: string, encoding?: string): Promise<unknown>;
  };
  readonly files: { read(name: string, encoding?: string): Promise<Uint8Array | string> };
  readonly progress: (fraction: number, text?: string) => void;
  readonly env: object;
  /** What the caller gave the run as its standard input. */
  readonly stdin: string;
}

/** What every entry function is called with; the same values are global. */
export interface EntryArguments {
  readonly params: unknown;
  readonly context: GuestContext;
  /** In runs with a browser. */
  readonly browsing?: EntryBrowsing | undefined;
  /** In runs that answer a request over HTTP. */
  readonly serving?: Serving | undefined;
}

/** What an entry gets in a run with a browser. */
export interface EntryBrowsing {
  /** The browser, a page of it, and Puppeteer, at this moment. */
  shown(): { readonly browser: unknown; readonly page: unknown; readonly puppeteer: unknown };
  /**
   * The names that a function's only parameter takes out of an object, from the function's text; null
   * for any other function.
   */
  taken(text: string): readonly string[] | null;
}

/** What a run's input is to its script. */
export function argumentsOf(host: ContextHost, calls: Calls, input: ScriptInput): EntryArguments {
  const params: unknown = parse(input.params);
  const progress = (fraction: number, text = ''): void => {
    const part = Number(fraction);
    if (!(part >= 0 && part <= 1))
      throw new RangeError(`progress() takes a fraction from 0 to 1, not ${part}`);
    host.progress(part, stringSlice(`${text}`, 0, caps.progressText));
  };
  const artifacts = {
    write: async (
      name: string,
      data: unknown,
      { contentType }: { contentType?: string } = {},
    ): Promise<unknown> => {
      const file = stringSlice(`${name}`, 0, caps.artifactName);
      const type =
        contentType === undefined ? null : stringSlice(`${contentType}`, 0, caps.contentType);
      // Last: nothing of the script's may run between this and the sending.
      const content = contentOf(data);
      return calls.request((id) => host.artifact(id, file, type, content), 'artifact');
    },
    read: async (name: string, encoding?: string): Promise<unknown> => {
      const file = stringSlice(`${name}`, 0, caps.artifactName);
      const asText = isText('artifacts.read', encoding);
      const bytes = (await calls.request(
        (id) => host.artifactRead(id, file),
        'artifact',
      )) as Uint8Array;
      return asText ? host.text(bytes) : bytes;
    },
  };
  const files = {
    read: async (name: string, encoding?: string): Promise<Uint8Array | string> => {
      const path = `${name}`;
      const asText = isText('files.read', encoding);
      const content = host.file(withoutDot(path), asText);
      if (content !== undefined) return content;
      const known = host.fileNames();
      throw codedError(
        'not_found',
        `The run was given no file ${stringify(path)}. Files: ${known}`,
      );
    },
  };
  return { params, context: { artifacts, files, progress, env: input.env, stdin: input.stdin } };
}

/** Whether a reader is asked for text. Throws a `TypeError` for an encoding that it does not know. */
function isText(reader: string, encoding: string | undefined): boolean {
  if (encoding === undefined || encoding === null) return false;
  if (encoding === 'utf8' || encoding === 'utf-8') return true;
  throw new TypeError(
    `${reader}() gives bytes, or text with 'utf8' as its second argument, not with ${typeof encoding === 'string' ? stringify(encoding) : typeof encoding}`,
  );
}

/** A path as the files of a run are named. */
export function withoutDot(path: string): string {
  return stringSlice(path, 0, 2) === './' ? stringSlice(path, 2) : path;
}
