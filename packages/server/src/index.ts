export { loadConfig } from './config/load.ts';
export { dataFolder } from './folder.ts';
export { scopes } from './keys/keys.ts';
export { openKeys } from './keys/store.ts';
export { serve } from './serve.ts';
