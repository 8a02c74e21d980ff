/** For the two sides of a channel: the codec, the messages and the readers of untrusted bytes. */
export type { BrowserJob } from '../browser.ts';
export * from '../caps.ts';
export * from '../fields.ts';
export * from '../frames.ts';
export * from '../exchange.ts';
export * from '../messages.ts';
export { isJpeg } from '../pages.ts';
export type { ActionMessage } from '../record.ts';
export * from '../run-error.ts';
export type { PortFrame, WorkerJob } from '../worker-job.ts';
export { type ClaimableReason, claimableReasons } from '../reasons.ts';
