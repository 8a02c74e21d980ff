/** A rule says no. The message names the rule and the value; it is for the operator alone. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Hostile text as it may stand in a message: escaped, and cut after `most` characters. */
export function shown(text: string, most = 100): string {
  const json = JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text);
  // JSON leaves these as they are; terminals and log readers do not.
  return json.replaceAll(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
