import { groupFunctions } from './group-functions.ts';
import { nodeFunctions } from './node-functions.ts';
import { queueFunctions } from './queue-functions.ts';
import { runFunctions } from './run-functions.ts';
import { tables } from './tables.ts';

/** Each entry upgrades the schema by one version, and is never changed once it has been released. */
const steps: readonly string[] = [
  tables,
  // Many services over one database: whose a run is, and who lives. Each keeps its own last take.
  `ALTER TABLE runs ADD COLUMN node text COLLATE "C";
  CREATE TABLE nodes (
    id text COLLATE "C" PRIMARY KEY,
    life text NOT NULL,
    beats bigint NOT NULL DEFAULT 0,
    nonce text NOT NULL DEFAULT '',
    taken text[] NOT NULL DEFAULT '{}',
    charged_ms double precision[] NOT NULL DEFAULT '{}'
  );
  ALTER TABLE nodes SET (fillfactor = 10, autovacuum_vacuum_scale_factor = 0);
  DROP TABLE takes;`,
  // Workers: what a slot was charged, and what whoever takes a run has to have.
  `ALTER TABLE runs ADD COLUMN charged_ms double precision NOT NULL DEFAULT 0,
    ADD COLUMN taken_ms double precision,
    ADD COLUMN needs text COLLATE "C" NOT NULL DEFAULT '[]';
  ALTER TABLE queue ADD COLUMN needs text COLLATE "C" NOT NULL DEFAULT '[]';
  UPDATE runs SET needs = jsonb_build_array('policy:' || policy)::text WHERE finished_at IS NULL;
  UPDATE queue SET needs = runs.needs FROM runs WHERE runs.id = queue.run;
  CREATE INDEX queue_by_needs ON queue (needs, tenant, lane, place);`,
];

export const runsSchema = {
  name: 'castellan',
  steps,
  functions: [queueFunctions, runFunctions, nodeFunctions, groupFunctions].join('\n'),
} as const;
