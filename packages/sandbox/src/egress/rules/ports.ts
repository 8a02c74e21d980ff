/** The port of a URL without one. */
export function defaultPort(isSecure: boolean): number {
  return isSecure ? 443 : 80;
}
