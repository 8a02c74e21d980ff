const { defineProperty } = Object;
const { apply } = Reflect;
const replaceAll = String.prototype.replaceAll;

/**
 * Makes the text of a function show `import(…)` as the user wrote it and not the alias under which it
 * is compiled, since functions are sent as text (`page.evaluate`).
 */
export function hideAlias(alias: string): void {
  const shown = Function.prototype.toString;
  const { toString } = {
    toString(this: unknown): string {
      const text = apply(shown, this === toString ? shown : this, []);
      return apply(replaceAll, text, [alias, 'import']) as string;
    },
  };
  defineProperty(Function.prototype, 'toString', {
    value: toString,
    writable: true,
    configurable: true,
  });
}
