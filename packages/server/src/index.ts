export { loadConfig } from './config/load.ts';
export { examineDatabase } from './examine-database.ts';
export { dataFolder } from './folder.ts';
export { scopes } from './keys/keys.ts';
export { openKeyAdmin } from './keys/open.ts';
export { moveStores } from './move-stores.ts';
export { serve } from './serve.ts';
