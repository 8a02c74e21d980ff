// The script has settled, and what it left behind never gives its turn back.
setTimeout(() => {
  for (;;);
}, 0);
('settled');
