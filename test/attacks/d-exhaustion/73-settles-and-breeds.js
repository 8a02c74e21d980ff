// The script has settled in a turn that never ends: its microtasks breed.
const storm = () => queueMicrotask(storm);
storm();
('settled');
