import { hostname } from 'node:os';
import { Client, type ClientBase, type ClientConfig, Pool } from 'pg';
import type { Address } from './address.ts';

/** How long a connection may take to open, and an answer to come, before it is given up. */
const openMs = 5_000;
const usualAnswerMs = 30_000;

/**
 * Each session finds the schema without a name before it, and ends soon after its client has gone
 * silently: its lock is to be free for the next process.
 */
const settings = (
  schema: string,
  answerMs = usualAnswerMs,
): string => `SET search_path = ${schema}; SET jit = off; SET client_min_messages = warning;
  SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3;
  SET statement_timeout = '${answerMs - 5_000}'`;

function configOf({ url }: Address, answerMs = usualAnswerMs): ClientConfig {
  return {
    connectionString: url,
    application_name: `castellan, process ${process.pid} of ${hostname()}`,
    connectionTimeoutMillis: openMs,
    query_timeout: answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
  };
}

/**
 * A session that is open. `onEnd` is called once when it breaks or ends. An answer may take `answerMs`,
 * 30 s unless said otherwise.
 */
export async function connect(
  address: Address,
  schema: string,
  onEnd: () => void = () => undefined,
  answerMs?: number,
): Promise<Client> {
  const client = new Client(configOf(address, answerMs));
  // Without a listener an error of an idle connection would end the process.
  client.on('error', () => undefined);
  client.once('end', onEnd);
  try {
    await client.connect();
    await client.query(settings(schema, answerMs));
    return client;
  } catch (error) {
    client.end().catch(() => undefined);
    throw error;
  }
}

/** At most `max` sessions, for queries that need not wait for each other. */
export function pooled(address: Address, schema: string, max: number): Pool {
  // The pool waits for what it returns, though its types do not say so.
  const onConnect = (client: ClientBase): void =>
    client.query(settings(schema)) as unknown as undefined;
  const pool = new Pool({ ...configOf(address), max, idleTimeoutMillis: 60_000, onConnect });
  pool.on('error', () => undefined);
  return pool;
}
