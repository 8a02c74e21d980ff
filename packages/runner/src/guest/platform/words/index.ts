/**
 * What is said so seldom that no context shall pay for it. Only texts and objects of its own come out, since a
 * script may have replaced what makes them.
 */
export { callbackError, durationWarning, immediateMembers, timeoutMembers } from './timers.ts';
export { urlError } from './urls.ts';
