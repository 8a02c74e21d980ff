import { join } from 'node:path';
import type { FunctionBounds } from './record.ts';
import { sqliteFunctions } from './sqlite.ts';
import type { FunctionStore } from './store.ts';
import { storedFunctions } from './stored-functions.ts';

/** Opens the functions where the store is: in the database, or in a file of the data folder. */
export async function openFunctions(
  folder: string,
  url: string | null,
  bounds: FunctionBounds,
): Promise<FunctionStore> {
  if (url === null) {
    return storedFunctions(sqliteFunctions(join(folder, 'functions.sqlite')), bounds);
  }
  const { postgresFunctions } = await import('./postgres.ts');
  return storedFunctions(await postgresFunctions(url), bounds);
}
