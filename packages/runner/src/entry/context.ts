import type { ScriptInput } from '@castellan/protocol/run-input';
import { caps } from '@castellan/protocol/frames';
import { contentOf } from './bytes.ts';
import type { Calls } from './calls.ts';
import { stringSlice } from '../guest/platform/natives.ts';

const { parse } = JSON;
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

/** How `progress` and `artifacts` reach the launcher. */
export interface ContextHost {
  progress(fraction: number, text: string): void;
  artifact(
    id: number,
    name: string,
    contentType: string | null,
    content: Uint8Array | string,
  ): void;
}

/** What an entry function gets besides its parameters. */
export interface GuestContext {
  readonly artifacts: {
    write(name: string, data: unknown, options?: { contentType?: string }): Promise<unknown>;
  };
  readonly progress: (fraction: number, text?: string) => void;
  readonly env: object;
  /** What the caller gave the run as its standard input. */
  readonly stdin: string;
}

/** What every entry function is called with; the same values are global. */
export interface EntryArguments {
  readonly params: unknown;
  readonly context: GuestContext;
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
      const content = contentOf(data);
      const file = stringSlice(`${name}`, 0, caps.artifactName);
      const type =
        contentType === undefined ? null : stringSlice(`${contentType}`, 0, caps.contentType);
      return calls.request((id) => host.artifact(id, file, type, content), true);
    },
  };
  return { params, context: { artifacts, progress, env: input.env, stdin: input.stdin } };
}
