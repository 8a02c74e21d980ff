/** The name of a store that was moved elsewhere: it is kept, and no service looks at it. */
export function retiredName(name: string, number = 1): string {
  const suffix = number === 1 ? '' : `_${number}`;
  return `${name}${name.endsWith('.sqlite') ? '.moved' : '_moved'}${suffix}`;
}
