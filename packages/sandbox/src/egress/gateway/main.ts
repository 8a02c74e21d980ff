/** The gateway: the only program of Castellan that talks to a network for scripts. */
import { createSecureContext, rootCertificates } from 'node:tls';
import { type EgressConfigureMessage, egressTypes } from '../messages.ts';
import { Channel } from './channel.ts';
import { Gateway } from './gateway.ts';

// Signals of a terminal reach the whole process group, but runs that the launcher lets finish still
// need a network.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const channel = new Channel();
let gateway: Gateway | undefined;

channel.listen((frame) => {
  if (gateway !== undefined) return gateway.take(frame);
  const { ca, ...settings } = JSON.parse(frame.json) as EgressConfigureMessage;
  const trusted = ca === null ? {} : { ca: [...rootCertificates, ca] };
  gateway = new Gateway(channel, { ...settings, secureContext: createSecureContext(trusted) });
  channel.send(egressTypes.ready, {});
});
