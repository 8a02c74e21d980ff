import type { Logger } from 'pino';

/** Structured log of the service. Lines carry ids and figures, never a script or its data. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
