/** For `castellan.config.ts`; the program itself is `castellan.ts`. */
export { type ConfigFile, defineConfig } from '@castellan/server/config';
