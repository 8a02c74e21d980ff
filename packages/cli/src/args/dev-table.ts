import { runOptions } from './table.ts';

const { stdin: _stdin, check: _check, ...rest } = runOptions;

/** What `run` takes, but for what makes sense once only. */
export const devOptions = rest;
