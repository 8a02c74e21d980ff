import { groupFunctions } from './group-functions.ts';
import { queueFunctions } from './queue-functions.ts';
import { runFunctions } from './run-functions.ts';
import { tables } from './tables.ts';

/** Each entry upgrades the schema by one version, and is never changed once it has been released. */
const migrations: readonly string[] = [
  [tables, queueFunctions, runFunctions, groupFunctions].join('\n'),
];

export const runsSchema = { name: 'castellan', steps: migrations } as const;
