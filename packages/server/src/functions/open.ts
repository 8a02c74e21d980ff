import { openTables } from '../storage/tables/open.ts';
import type { FunctionBounds } from './record.ts';
import type { FunctionStore } from './store.ts';
import { storedFunctions } from './stored-functions.ts';
import { functionTables } from './tables.ts';

/** Opens the functions where the store is: in the database, or in a file of the data folder. */
export async function openFunctions(
  folder: string,
  url: string | null,
  bounds: FunctionBounds,
): Promise<FunctionStore> {
  return storedFunctions(await openTables(functionTables, folder, url), bounds);
}
