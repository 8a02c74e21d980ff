import { encodeText, frameTypes } from '@castellan/protocol/frames';
import type { Channel } from './channel.ts';

/** Sends one line of the run's log. */
export function sendLog(launcher: Pick<Channel, 'send'>, level: string, text: string): void {
  launcher.send(frameTypes.log, { level }, encodeText(`${text}`));
}
