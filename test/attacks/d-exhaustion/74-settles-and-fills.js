// The script has settled, and what it left behind fills the memory.
const held = [];
setInterval(() => held.push(new Array(1e6).fill(held.length)), 0);
('settled');
