import type { WebhookStore } from './store.ts';

/** Deliveries that this process has promised. */
export interface Promised {
  /** The store; it notes what is promised. */
  readonly webhooks: WebhookStore;
  /** A run has ended, of which somebody here may have heard a promise. Never rejects. */
  ended(run: { readonly id: string; readonly tenant: string }): Promise<void>;
}

/**
 * Notes which runs have a webhook, so that it is due at once when this process hears of their end. What another
 * process ends is found when it is looked at.
 */
export function promised(store: WebhookStore, onDue: () => void): Promised {
  const expected = new Set<string>();
  return {
    webhooks: {
      ...store,
      expect: (tenant, runId, url) => {
        expected.add(runId);
        return store.expect(tenant, runId, url);
      },
    },
    ended: async ({ id, tenant }) => {
      if (!expected.delete(id)) return;
      // Where that fails it is found a little later.
      await store.ended(tenant, id).then(onDue, () => undefined);
    },
  };
}
