// Arguments nested so deeply that reading them is work for the host.
let deep = [];
for (let depth = 0; depth < 900; depth++) deep = [deep, deep.length];
const wide = Array(200).fill(deep);
for (;;) await echo(wide).catch(() => 1);
