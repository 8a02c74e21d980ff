import { defineConfig } from 'castellan';

/** Functions answer on a port of their own, also to whoever shows no key where a function is public. */
export default defineConfig({
  functions: {
    http: {
      port: 7_401,
      // A host of its own, with cookies and pages of its own. Point its name here.
      hosts: { 'shop.example': 'default/shop' },
    },
  },
  keys: { anonymousPolicy: 'visitors' },
  policies: {
    default: {},
    visitors: { rate: { perMinute: 600, perAddressPerMinute: 600, inFlight: 50 } },
  },
});
