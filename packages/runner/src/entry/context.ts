import { caps } from '@castellan/protocol/frames';
import { contentOf } from './bytes.ts';
import type { Calls } from './calls.ts';
import { stringSlice } from '../guest/platform/natives.ts';

const { defineProperty } = Object;

/** Puts values onto the global object, where a script may declare the same names. */
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

/** How what the context offers reaches the launcher. */
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
}

/** The second argument of every entry function. */
export function contextOf(host: ContextHost, calls: Calls, env: object): GuestContext {
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
  return { artifacts, progress, env };
}
