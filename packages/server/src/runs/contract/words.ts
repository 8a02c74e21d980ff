/**
 * Placement. What a run needs of whoever takes it is a list of words, and what a launcher has is another: a run
 * may be taken by whoever has all of its words. Few lists are different, so that a queue of any length is
 * compared by these.
 *
 *     policy:NAME          makes boxes of that policy: its engine, drivers, runtime and browser were tried
 *     driver:POLICY:NAME   and of that driver, where the request names one
 *     label:NAME=VALUE     was started with that label
 *     launcher:own         is the service's, which has values of secrets and clients that wait for an answer
 */
export const policyWord = (policy: string): string => `policy:${policy}`;
/** A driver serves one policy and not another: it is a word of both. */
export const driverWord = (policy: string, driver: string): string => `driver:${policy}:${driver}`;
export const labelWord = (name: string, value: string): string => `label:${name}=${value}`;
export const ownWord = 'launcher:own';
