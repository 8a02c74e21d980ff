/** A value opens in its own row only, and only bound as it was. */
export function placeOf(tenant: string, name: string, boundTo: string): string {
  return JSON.stringify(['castellan secret', 1, tenant, name, boundTo]);
}
