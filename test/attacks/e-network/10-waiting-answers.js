// Takes the head of many answers and never their bodies, and ends.
const { site } = params.targets;
const html = 'x'.repeat(20_000);
const kept = [];
for (let at = 0; at < 100; at++) kept.push(await fetch(`http://127.0.0.1:${site}/page?html=${html.slice(0, 15_000)}`).catch(() => 0));
globalThis.kept = kept.map((answer) => answer.body?.getReader?.());
return kept.length;
