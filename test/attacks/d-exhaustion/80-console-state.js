// What the console itself keeps: groups, counters and timers without end.
for (let at = 0; ; at++) {
  console.count(`c${at}`.repeat(50));
  console.time(`t${at}`.repeat(50));
  if (at % 10 === 0) console.group();
}
