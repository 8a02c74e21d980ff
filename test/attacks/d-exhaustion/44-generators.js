// Generators that delegate to ever deeper generators.
function* deeper(depth) {
  if (depth > 0) yield* deeper(depth - 1);
  yield depth;
}
for (;;) {
  try {
    for (const _ of deeper(1_500));
  } catch {
    // Too deep this time.
  }
}
