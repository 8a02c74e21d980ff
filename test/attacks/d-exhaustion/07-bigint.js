// Towers of BigInt: one native multiplication or one toString() that takes for ever.
let tower = 3n;
for (let height = 0; height < 24; height++) tower *= tower;
tower.toString().length;
