// A function that answers the host with as many bytes as may be sent, as often as it is asked, and calls itself again.
let answers = 0;
const heavy = async () => {
  answers++;
  void call(heavy).catch(() => 0);
  return new Uint8Array(4 * 2 ** 20);
};
await call(heavy);
return answers;
