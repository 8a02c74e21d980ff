import type { NetworkCode } from '@castellan/protocol';

/** A request that a rule refuses. The message names rule and value, and is for the operator only. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: NetworkCode;

  constructor(message: string, code: NetworkCode = 'not_allowed') {
    super(message);
    this.code = code;
  }
}

/** Hostile text, escaped for a message and truncated to `most` characters. */
export function shown(text: string, most = 100): string {
  const json = JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text);
  // JSON does not escape these, but terminals and log viewers interpret them.
  return json.replaceAll(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
