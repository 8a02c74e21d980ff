/** Validators of options: types, checks, schemas and reference pages are derived from them. */
export { type BoxUsers, boxUsers, boxUsersTable, defaultBoxUsers } from '../box-users.ts';
export { boxStartMs, defaultBoxStartMs, usualBoxStartMs } from '../box-start.ts';
export { browserOptions, browserSettings } from '../browser.ts';
export { choicesOf, isolationOffer } from '../isolation.ts';
export * from '../kind.ts';
export * from '../kinds.ts';
export { someLimits, withUnit } from '../limits.ts';
export { type NetworkTimeouts, networkTimeouts, networkTimeoutTable } from '../network-timeouts.ts';
export { recordSettings } from '../record.ts';
export * from '../secret.ts';
export * from '../shown.ts';
export * from '../source.ts';
export * from '../structures.ts';
export { timeZone, zoneOf } from '../time-zone.ts';
