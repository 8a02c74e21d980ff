import { type RecordSettings, recordParts } from '@castellan/protocol';
import type { SourceFiles } from '@castellan/protocol/kinds';

/** A file that the script is given, as bytes: it is shown by its name and size. */
export interface DataFile {
  readonly name: string;
  readonly base64: string;
}

/** What a run gets besides its script and parameters. */
export interface Input {
  /** Lines of `NAME=value`. */
  readonly env: string;
  readonly stdin: string;
  readonly data: readonly DataFile[];
  readonly record: RecordSettings;
}

export const noInput: Input = { env: '', stdin: '', data: [], record: {} };

/** The parameters as JSON, or what is wrong with their text. */
export function readParams(text: string): { readonly value: unknown } | { readonly wrong: string } {
  if (text.trim() === '') return { value: {} };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}

/** The environment, or what is wrong with its lines. */
export function readEnv(
  text: string,
): { readonly value: Readonly<Record<string, string>> } | { readonly wrong: string } {
  const pairs: [name: string, value: string][] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, name, value] = /^\s*([A-Za-z_]\w*)\s*=(.*)$/.exec(line.replace(/\r$/, '')) ?? [];
    if (name === undefined || value === undefined) {
      const shown = JSON.stringify(line.slice(0, 40));
      return { wrong: `Line ${at + 1} is ${shown}, not NAME=value.` };
    }
    pairs.push([name, value]);
  }
  return { value: Object.fromEntries(pairs) };
}

/** Reads what somebody else may have made; what is none is left out. */
export function readInput(given: Partial<Record<keyof Input, unknown>>): Partial<Input> {
  const { env, stdin, data, record } = given;
  return {
    ...(typeof env === 'string' ? { env } : {}),
    ...(typeof stdin === 'string' ? { stdin } : {}),
    ...(Array.isArray(data) && data.every(isDataFile)
      ? { data: data.map(({ name, base64 }) => ({ name, base64 })) }
      : {}),
    ...(typeof record === 'object' && record !== null ? { record: readRecord(record) } : {}),
  };
}

function isDataFile(value: unknown): value is DataFile {
  const { name, base64 } = (value ?? {}) as Partial<Record<keyof DataFile, unknown>>;
  return typeof name === 'string' && typeof base64 === 'string';
}

function readRecord(given: object): RecordSettings {
  const wanted = recordParts.filter((part) => (given as RecordSettings)[part] === true);
  return Object.fromEntries(wanted.map((part) => [part, true]));
}

/** How many of them are not empty. */
export function countOf({ env, stdin, data, record }: Input): number {
  const texts = [env.trim(), stdin].filter((text) => text !== '').length;
  return texts + data.length + recordParts.filter((part) => record[part] === true).length;
}

export function filesOf(data: readonly DataFile[]): SourceFiles {
  return Object.fromEntries(data.map(({ name, base64 }) => [name, { base64 }]));
}

/** A file of a person's machine. Its folder is not told; a name that no script could have is cleaned. */
export async function dataFileOf(file: globalThis.File): Promise<DataFile> {
  const name = file.name.replaceAll(/[^\w.-]+/g, '_').replace(/^\.+/, '') || 'file';
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return { name, base64: btoa(text) };
}
