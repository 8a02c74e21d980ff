// Asynchronous recursion that never settles, at no cost of processor time.
const wait = async () => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return wait();
};
await wait();
