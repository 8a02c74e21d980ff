import { type DriverName, drivers, type LimitName } from '@castellan/protocol';
import type { RunRequest } from '@castellan/sdk';
import { Store } from '../state/store.ts';
import {
  type DataFile,
  filesOf,
  type Input,
  noInput,
  readEnv,
  readInput,
  readParams,
} from './input.ts';

/** A file as a tab of the editor. */
export interface File {
  readonly name: string;
  readonly text: string;
}

/** What a person has written, and how it is to be run: all of it is JSON. */
export interface Writing extends Input {
  /** The first one is started. */
  readonly files: readonly File[];
  /** The text of the parameters. */
  readonly params: string;
  /** Null: the first one of the key. */
  readonly policy: string | null;
  /** Null: the policy's. */
  readonly isolation: DriverName | null;
  /** Only those that differ from the policy's. */
  readonly limits: Partial<Record<LimitName, number>>;
  /** False: no browser, also where the policy has one. */
  readonly browser: boolean;
}

const draftName = 'castellan.draft';

const empty: Writing = {
  files: [],
  params: '{}',
  policy: null,
  isolation: null,
  limits: {},
  browser: true,
  ...noInput,
};

/** What is in the editor. It outlives a reload of this tab. */
export class Draft extends Store {
  #writing: Writing;
  active = 0;

  /** `given` wins over what this tab had before; `first` is for a tab that had nothing. */
  constructor(first: Partial<Writing>, given: Partial<Writing> | null) {
    super();
    const kept = given ?? readWriting(sessionStorage.getItem(draftName) ?? '');
    this.#writing = { ...empty, ...(kept ?? first) };
    // A link is gone from the address when this tab is loaded again.
    if (given !== null) this.#keep();
  }

  get writing(): Writing {
    return this.#writing;
  }

  get activeFile(): File {
    return this.#writing.files[this.active] ?? { name: 'script.ts', text: '' };
  }

  change(part: Partial<Writing>): void {
    this.#writing = { ...this.#writing, ...part };
    this.active = Math.min(this.active, this.#writing.files.length - 1);
    this.#keep();
    this.changed();
  }

  #keep(): void {
    try {
      sessionStorage.setItem(draftName, JSON.stringify(this.#writing));
    } catch {
      // Full, or forbidden: the draft lives as long as the page.
    }
  }

  show(at: number): void {
    this.active = at;
    this.changed();
  }

  write(at: number, text: string): void {
    const { files } = this.#writing;
    this.change({ files: files.map((file, each) => (each === at ? { ...file, text } : file)) });
  }

  add(): void {
    const { files } = this.#writing;
    const name = freeName(files.map((file) => file.name));
    this.active = files.length;
    this.change({ files: [...files, { name, text: '' }] });
  }

  rename(at: number, name: string): void {
    const { files } = this.#writing;
    this.change({ files: files.map((file, each) => (each === at ? { ...file, name } : file)) });
  }

  remove(at: number): void {
    this.change({ files: this.#writing.files.filter((_file, each) => each !== at) });
  }
}

function freeName(names: readonly string[]): string {
  for (let count = names.length; ; count++) {
    const name = `file-${count}.ts`;
    if (!names.includes(name)) return name;
  }
}

/** Reads a writing that somebody else may have made; null for anything else. */
export function readWriting(json: string): Partial<Writing> | null {
  let given: Partial<Record<keyof Writing, unknown>> | null;
  try {
    given = JSON.parse(json) as typeof given;
  } catch {
    return null;
  }
  if (typeof given !== 'object' || given === null) return null;
  const { files, params, policy, isolation, limits, browser } = given;
  if (!Array.isArray(files) || files.length === 0 || !files.every(isFile)) return null;
  return {
    files: files.map(({ name, text }) => ({ name, text })),
    ...(typeof params === 'string' ? { params } : {}),
    ...(typeof policy === 'string' ? { policy } : {}),
    ...(isDriver(isolation) ? { isolation } : {}),
    ...(isNumbers(limits) ? { limits: { ...limits } } : {}),
    ...(typeof browser === 'boolean' ? { browser } : {}),
    ...readInput(given),
  };
}

function isFile(value: unknown): value is File {
  const { name, text } = (value ?? {}) as Partial<Record<keyof File, unknown>>;
  return typeof name === 'string' && typeof text === 'string';
}

function isDriver(value: unknown): value is DriverName {
  return typeof value === 'string' && Object.hasOwn(drivers, value);
}

function isNumbers(value: unknown): value is Record<string, number> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((each) => typeof each === 'number')
  );
}

/** Why a writing cannot be run as it stands; null if it can. */
export function faultOf({ params, env }: Pick<Writing, 'params' | 'env'>): string | null {
  const wrong = [readParams(params), readEnv(env)].find((read) => 'wrong' in read);
  return wrong?.wrong ?? null;
}

/** The body of the request that runs a writing. Throws for what `faultOf` finds. */
export function requestOf(writing: Writing): RunRequest {
  return { ...sourceOf(writing.files, writing.data), ...optionsOf(writing) };
}

/** What is asked for besides the script. Throws for what `faultOf` finds. */
export function optionsOf({
  params,
  policy,
  isolation,
  limits,
  browser,
  env,
  stdin,
  record,
}: Writing) {
  const read = readParams(params);
  const variables = readEnv(env);
  if ('wrong' in read) throw new SyntaxError(read.wrong);
  if ('wrong' in variables) throw new SyntaxError(variables.wrong);
  return {
    ...(isEmpty(read.value) ? {} : { params: read.value }),
    ...(policy === null ? {} : { policy }),
    ...(isolation === null ? {} : { isolation }),
    ...(isEmpty(limits) ? {} : { limits }),
    ...(browser ? {} : { browser: false }),
    ...(isEmpty(variables.value) ? {} : { env: variables.value }),
    ...(stdin === '' ? {} : { stdin }),
    ...(isEmpty(record) ? {} : { record }),
  };
}

/** One script goes as `code`; what its name says of it goes with it, so a file of another kind does not. */
export function sourceOf(files: readonly File[], data: readonly DataFile[] = []) {
  const [first = { name: '', text: '' }] = files;
  if (files.length === 1 && data.length === 0 && /^[^/]+\.[jt]s$/.test(first.name))
    return { code: first.text };
  return {
    files: {
      ...filesOf(data),
      ...Object.fromEntries(files.map(({ name, text }) => [name, text])),
    },
    entry: first.name,
  };
}

export function isEmpty(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 0 &&
    !Array.isArray(value)
  );
}
