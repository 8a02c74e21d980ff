/** Whether a list entry allows a module: the name itself, and everything below it. */
export function covers(name: string, specifier: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}
