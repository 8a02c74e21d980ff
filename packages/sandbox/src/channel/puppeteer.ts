import {
  type ActionMessage,
  type BrowserCallMessage,
  caps,
  field,
  type Fields,
  orNullField,
  textField,
  wholeField,
} from '@castellan/protocol/frames';

/** Reads the frame about a call of Puppeteer that begins or ends, for a recording. */
export function readAction(fields: Fields): ActionMessage {
  const id = wholeField(fields, 'id');
  const text = (key: string): string => textField(fields, key, caps.actionText);
  if (field(fields, 'name') === undefined) return { id, error: orNullField(fields, 'error', text) };
  const name = textField(fields, 'name', caps.actionName);
  return { id, name, args: text('args'), place: orNullField(fields, 'place', text) };
}

/** Reads the frame about the call of Puppeteer that a script waits for. */
export function readBrowserCall(fields: Fields): BrowserCallMessage {
  const whole = (name: 'line' | 'column'): number | null =>
    orNullField(fields, name, (key) => wholeField(fields, key));
  return {
    call: orNullField(fields, 'call', (key) => textField(fields, key, caps.browserCall)),
    file: orNullField(fields, 'file', (key) => textField(fields, key, caps.fileName)),
    line: whole('line'),
    column: whole('column'),
  };
}
