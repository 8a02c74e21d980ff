const { defineProperty } = Object;
const { apply } = Reflect;
const replaceAll = String.prototype.replaceAll;

/**
 * `import(…)` is compiled under an alias of the same length; the text of a function shows what the
 * user wrote, since functions travel as text (`page.evaluate`).
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
