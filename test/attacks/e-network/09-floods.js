// More requests at a time, and in all, than a run may have; half of them given up at once.
const { site } = params.targets;
let ended = 0;
for (let round = 0; round < 40; round++) {
  await Promise.all(Array.from({ length: 50 }, async (_, at) => {
    const controller = new AbortController();
    const answer = fetch(`http://127.0.0.1:${site}/${at}`, { signal: controller.signal });
    if (at % 2 === 0) controller.abort();
    await answer.then((got) => got.body?.cancel()).catch(() => 0);
    ended++;
  }));
}
return ended;
