import { defineProperty } from './natives.ts';

interface RecordingProxy {
  new (target: object, handler: ProxyHandler<object>): object;
  revocable(target: object, handler: ProxyHandler<object>): unknown;
}

/** Undocumented, but what the library's own `inspect` looks proxies up with. */
interface Details {
  getProxyDetails(value: object): unknown;
}

/**
 * Creates a `Proxy` that remembers its proxies, as only an engine could otherwise tell them:
 * showing one on the console must run none of its traps, and cloning one must be refused. `load`
 * gives the library's own recording Proxy, and is called when the first proxy is made.
 */
export function createRecordedProxy(load: () => unknown) {
  let Recording: (RecordingProxy & Details) | undefined;
  const recording = () => (Recording ??= load() as RecordingProxy & Details);
  // Bound functions, like the native Proxy, are constructors without a `prototype`.
  const Proxy = function (target: object, handler: ProxyHandler<object>): object {
    if (new.target === undefined) throw new TypeError("Constructor Proxy requires 'new'");
    return new (recording())(target, handler);
    // oxlint-disable-next-line no-extra-bind
  }.bind(undefined) as unknown as ProxyConstructor;
  defineProperty(Proxy, 'name', { value: 'Proxy' });
  const { revocable } = {
    revocable: (target: object, handler: ProxyHandler<object>) =>
      recording().revocable(target, handler),
  };
  defineProperty(Proxy, 'revocable', {
    value: revocable,
    writable: true,
    configurable: true,
    enumerable: false,
  });
  return { Proxy, isProxy: (value: object) => Recording?.getProxyDetails(value) !== undefined };
}
