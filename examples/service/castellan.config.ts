// castellan serve --config examples/service/castellan.config.ts
import { defineConfig } from 'castellan';

export default defineConfig({
  policies: {
    // Your own programs: a process is kept for the same tenant, with a fresh isolate each time.
    default: {
      reuse: 'tenant',
      helpers: {
        price: async (sku: string) => ({ sku, cents: sku.length * 100 }),
      },
    },
    // Visitors: short runs, few at a time, no process reuse, no network.
    playground: {
      limits: { wallMs: 5_000, memoryBytes: 64 * 2 ** 20, outputBytes: 64 * 1_024 },
      ceilings: { wallMs: 5_000 },
      queue: { running: 2, queued: 20 },
      rate: { perMinute: 30, perAddressPerMinute: 10, inFlight: 4 },
    },
  },
  keys: { anonymousPolicy: 'playground' },
});
