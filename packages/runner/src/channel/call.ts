import { type CallMessage, encodeText, frameTypes } from '@castellan/protocol/frames';
import { type Channel, discard } from './channel.ts';

const { concat } = Buffer;
const { parse } = JSON;

/** Sends a call of a helper: the JSON text of its arguments, or the text and the bytes of a parcel. */
export function sendCall(
  launcher: Pick<Channel, 'send'>,
  id: number,
  path: string,
  args: string,
  bytes: Uint8Array | null,
): void {
  const text = encodeText(`${args}`);
  if (!(bytes instanceof Uint8Array)) return launcher.send(frameTypes.call, { id, path }, text);
  const message: CallMessage = { id, path, text: text.length };
  const whole = concat([text, bytes]);
  launcher.send(frameTypes.call, message, whole);
  discard(whole);
}

/** Sends what a function returned to a helper, or the failure of it, JSON text. */
export function sendReturned(
  launcher: Pick<Channel, 'send'>,
  call: number,
  failure: string | null,
  text: string,
  bytes: Uint8Array | null,
): void {
  if (typeof failure === 'string') {
    const { name, message } = parse(failure) as { name: string; message: string };
    return launcher.send(frameTypes.returned, { call, ok: false, name, message });
  }
  const sent = encodeText(`${text}`);
  if (!(bytes instanceof Uint8Array))
    return launcher.send(frameTypes.returned, { call, ok: true }, sent);
  const message = { call, ok: true, text: sent.length };
  launcher.send(frameTypes.returned, message, concat([sent, bytes]));
}
