// A rejection that nobody handles, after the value is settled: it may not come out of the next run
// (isolated-vm #273).
function execute() {
  return Promise.resolve('done').finally(() => {
    void Promise.resolve().then(() => { throw new Error('late'); });
    queueMicrotask(() => void Promise.reject(new Error('later')));
  });
}
