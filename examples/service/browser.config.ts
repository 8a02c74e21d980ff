// castellan serve --config examples/service/browser.config.ts
import { defineConfig } from 'castellan';

export default defineConfig({
  policies: {
    // A Chromium for each run, one kept ready; pages reach only what is allowed.
    default: {
      browser: { warm: 1 },
      network: { allow: ['*.example.com', 'example.com'] },
      limits: { wallMs: 30_000, cpuMs: 20_000 },
    },
    // All of Node, for scripts that need it.
    full: { engine: 'node', modules: ['*', 'node:fs', 'node:path', 'node:zlib'] },
  },
});
