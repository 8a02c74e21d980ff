// Memory runs out inside try and catch: one context's exhaustion must not become the next run's
// (an isolate whose contexts are all disposed).
function execute() {
  for (;;) {
    try {
      const kept = [];
      for (;;) kept.push(new Array(1000).fill(kept));
    } catch {
      console.log('survived');
    }
  }
}
