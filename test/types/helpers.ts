// The types of helpers. tsc checks this file; nothing runs it.
import {
  createSandbox,
  type DeclaredHelper,
  helper,
  type HelperContext,
  type Helpers,
  sync,
} from '@castellan/sandbox';
import { z } from 'zod';
import { holds, type Same } from './same.support.ts';

const user = z.object({ name: z.string(), age: z.number().optional() });

export const inferred: Helpers = {
  // Arguments come from the schema, as it returns them.
  greet: helper(
    (given, loudly) => {
      holds<Same<typeof given, z.infer<typeof user>>>();
      holds<Same<typeof loudly, boolean>>();
      return given.name;
    },
    { args: z.tuple([user, z.boolean()]) },
  ),
  trimmed: sync(
    (length) => {
      holds<Same<typeof length, number>>();
      return length;
    },
    { args: z.tuple([z.string().transform((text) => text.length)]), result: z.number() },
  ),
  variadic: helper(
    (...names) => {
      holds<Same<typeof names, [string, ...number[]]>>();
    },
    { args: z.tuple([z.string()], z.number()) },
  ),
  // Without a schema they are as the function declares them.
  annotated: helper((a: number, b: number) => a + b),
  plain: async (path: string) => path,
  bytes: async (image: Uint8Array, onRow: (row: string) => Promise<unknown>) =>
    onRow(String(image.length)),
  groups: { of: { helpers: sync(() => 1) } },
  context(this: HelperContext) {
    holds<Same<typeof this.signal, AbortSignal>>();
    return this.runId;
  },
};

// @ts-expect-error the schema returns a string where the function wants a number
helper((n: number) => n, { args: z.tuple([z.string()]) });
// @ts-expect-error arguments are an array
sync(() => 1, { args: z.string() });
// @ts-expect-error there is no such option
helper(() => 1, { argument: z.tuple([]) });
// @ts-expect-error a helper is a function
await createSandbox({ helpers: { answer: 42 } });

holds<Same<ReturnType<typeof helper>, DeclaredHelper>>();
holds<Same<ReturnType<typeof sync>, DeclaredHelper>>();
