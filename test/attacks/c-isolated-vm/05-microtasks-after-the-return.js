// Microtasks without end that start when the value is there already (continuation outlives the run).
function execute() {
  const spin = async () => {
    for (;;) await null;
  };
  return Promise.resolve('done').finally(() => void setTimeout(spin, 0) ?? void spin());
}
