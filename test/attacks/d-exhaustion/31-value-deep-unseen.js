// The same, when the count of the depth in the guest is put out of action: what comes out is still a
// value that a host can walk.
const { push } = Array.prototype;
let deep = [];
for (let depth = 0; depth < 1_500; depth++) deep = [deep];
Array.prototype.push = function (...values) { return this.length > 100 ? 0 : Reflect.apply(push, this, values); };
return deep;
