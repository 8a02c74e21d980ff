// Towers of BigInt: a native multiplication that takes a second, and a toString() that takes half a minute.
let tower = 3n;
for (let height = 0; height < 27; height++) tower *= tower;
tower.toString().length;
