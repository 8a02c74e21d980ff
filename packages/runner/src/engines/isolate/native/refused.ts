/** A call that no script of ours makes; its message is the script's to read. */
export class Refused extends Error {}
