// castellan serve --config examples/service/browser.config.ts
import { defineConfig } from 'castellan';

export default defineConfig({
  policies: {
    // A Chromium for each run, one kept ready; pages reach what is allowed and nothing else.
    default: {
      browser: { warm: 1 },
      network: { allow: ['*.example.com', 'example.com'] },
      limits: { wallMs: 30_000, cpuMs: 20_000 },
    },
    // All of Node, for scripts that cannot do without.
    full: { engine: 'node', modules: ['*', 'node:fs', 'node:path', 'node:zlib'] },
  },
});
