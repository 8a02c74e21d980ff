import { defineProperty } from './natives.ts';

interface RecordingProxy {
  new (target: object, handler: ProxyHandler<object>): object;
  revocable(target: object, handler: ProxyHandler<object>): unknown;
}

/** Undocumented: how the library's own `inspect` recognises proxies. */
interface Details {
  getProxyDetails(value: object): unknown;
}

/**
 * Creates a `Proxy` that records its proxies, which only an engine could recognise otherwise: showing
 * one on the console must run none of its traps, and cloning one must be refused. `load` returns the
 * library's recording Proxy, and is called when the first proxy is made.
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
