// Prototype chains and proxies of proxies, which make one read a long walk.
let chain = {};
for (let depth = 0; depth < 10_000; depth++) chain = Object.create(chain);
let proxy = {};
for (let depth = 0; depth < 1_000; depth++) proxy = new Proxy(proxy, {});
for (;;) void (chain.missing ?? proxy.missing);
