// Code that goes on after it was told to stop: `finally`, generators, proxies and callbacks within natives, once the
// time is over.
async function execute() {
  const again = () => { for (;;) { try { for (;;); } finally { again(); } } };
  const generator = (function* () { try { for (;;) yield 1; } finally { again(); } })();
  generator.next();
  try { [3, 2, 1].sort(() => { for (;;) { try { 'x'.replace(/x/g, () => { for (;;); }); } finally { continue; } } }); } finally { again(); }
  return generator;
}
