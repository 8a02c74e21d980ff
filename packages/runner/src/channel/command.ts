import { caps, frameTypes } from '@castellan/protocol/frames';
import type { Channel } from './channel.ts';

/** Sends one command to the run's browser, JSON text. Throws a `RangeError` when it is too long. */
export function sendCommand(launcher: Pick<Channel, 'send'>, text: string): void {
  const bytes = Buffer.from(`${text}`);
  if (bytes.length > caps.cdpCommand) {
    throw new RangeError(
      `The command to the browser is ${bytes.length} bytes long, ${caps.cdpCommand} are allowed`,
    );
  }
  launcher.send(frameTypes.cdpSend, {}, bytes);
}
