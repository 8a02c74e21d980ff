// Timers, microtasks and calls that go on after the run has its value; the next run must not see them.
function execute() {
  const spin = () => {
    console.log('late');
    void echo('late').then(spin, spin);
    void artifacts.write('late', 'x');
    setTimeout(spin, 0);
  };
  for (let count = 0; count < 20; count++) setTimeout(spin, count);
  setTimeout(() => Promise.reject(new Error('late')), 1);
  return Promise.resolve('done').finally(() => queueMicrotask(spin));
}
