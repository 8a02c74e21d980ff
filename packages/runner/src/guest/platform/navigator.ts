/** Creates the one member of `navigator` that the minimum common web platform asks for. */
export function createNavigator(): {
  readonly Navigator: new () => object;
  readonly navigator: object;
} {
  const token = Symbol('construct');

  class Navigator {
    readonly #userAgent = 'Castellan';

    constructor(...given: unknown[]) {
      if (given[0] !== token) throw new TypeError('Illegal constructor');
    }

    get userAgent(): string {
      return this.#userAgent;
    }
  }

  return { Navigator, navigator: new Navigator(token) };
}
