// The types of castellan.config.ts. tsc checks this file; nothing runs it.
import { type ConfigFile, defineConfig } from 'castellan';
import { holds, type Same } from './same.support.ts';

holds<Same<ReturnType<typeof defineConfig>, ConfigFile>>();

export default defineConfig({
  port: 7400,
  policies: {
    default: { reuse: 'tenant', modules: ['dayjs'], floor: ['nofork'] },
    playground: { limits: { wallMs: 5_000 }, queue: { running: 2, queued: 20 } },
  },
  keys: { anonymousPolicy: 'playground' },
});

// @ts-expect-error an option that does not exist
defineConfig({ prot: 7400 });
// @ts-expect-error a port is a number
defineConfig({ port: '7400' });
// @ts-expect-error an option of a policy that does not exist
defineConfig({ policies: { default: { reuses: 'tenant' } } });
// @ts-expect-error an engine that does not exist
defineConfig({ policies: { default: { engine: 'deno' } } });
