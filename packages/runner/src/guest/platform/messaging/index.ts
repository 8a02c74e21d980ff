import type { Realm } from '../realm.ts';
import { createMessageEvents } from './events.ts';
import { createPorts } from './ports.ts';

export interface MessagingLibrary {
  readonly globals: Readonly<Record<string, unknown>>;
}

/** Creates HTML's channel messaging, and events that belong to no other library. */
export function createMessaging(realm: Realm): MessagingLibrary {
  const { MessageChannel, MessagePort, isPort } = createPorts(realm, () => events.MessageEvent);
  const events = createMessageEvents(realm, isPort);
  return { globals: { MessageChannel, MessagePort, ...events } };
}
