/** Shares of the memory for heavy bodies, one for each tenant. */
export interface Shares {
  /**
   * Resolves when the tenant's share has room for the bytes, first come, first served; with a function
   * that returns them. Rejects if `signal` aborts first.
   */
  take(tenant: string, bytes: number, signal: AbortSignal): Promise<() => void>;
}

interface Tenant {
  used: number;
  /** In the order of arrival. */
  readonly waiting: Set<{ readonly bytes: number; readonly go: () => void }>;
}

/** Shares of `most` bytes each. A body larger than that is admitted when its tenant has no other. */
export function tenantShares(most: number): Shares {
  const tenants = new Map<string, Tenant>();
  const letIn = (name: string, tenant: Tenant): void => {
    for (const next of tenant.waiting) {
      if (tenant.used > 0 && tenant.used + next.bytes > most) return;
      tenant.waiting.delete(next);
      tenant.used += next.bytes;
      next.go();
    }
    if (tenant.used === 0) tenants.delete(name);
  };
  return {
    async take(name, bytes, signal) {
      signal.throwIfAborted();
      const tenant = tenants.get(name) ?? { used: 0, waiting: new Set() };
      tenants.set(name, tenant);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const place = { bytes, go: resolve };
      const leave = (): void => {
        tenant.waiting.delete(place);
        reject(signal.reason as Error);
        letIn(name, tenant);
      };
      tenant.waiting.add(place);
      signal.addEventListener('abort', leave, { once: true });
      letIn(name, tenant);
      await promise;
      signal.removeEventListener('abort', leave);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        tenant.used -= bytes;
        letIn(name, tenant);
      };
    },
  };
}
