/** Whether an entry of an allow-list allows a module: the name itself and all its subpaths. */
export function covers(name: string, specifier: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}
