// Dynamic import where the engine has no hook for it: in eval, in functions from text, in timers.
async function execute() {
  const codes = ['import("./plunder.js")', 'import("node:fs")', 'import("./plunder.js", { with: { type: "json" } })', 'import.source?.("x")', 'import.meta.url'];
  const endings = [];
  for (const code of codes) {
    for (const run of [() => (0, eval)(code), () => Function(`return ${code}`)(), () => Reflect.construct((async () => 1).constructor, [`return await ${code}`])()]) {
      try {
        await run();
        endings.push('resolved');
      } catch (error) {
        endings.push(error instanceof Error ? 'rejected' : `odd: ${String(error)}`);
      }
    }
  }
  return [...new Set(endings)];
}
