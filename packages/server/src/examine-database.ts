import { runsSchema } from './runs/store/postgres/migrations.ts';

/**
 * Says in a sentence how a database stands for a service that is to keep its runs in it. Throws
 * `invalid_option` with what is wrong.
 */
export async function examineDatabase(url: string): Promise<string> {
  const { examine } = await import('./storage/examine.ts');
  return examine(url, runsSchema);
}
