// System calls of the script's own, by native code: what somebody does who has left JavaScript.
const { call } = require('native');
const { report } = require('./report.js');

/** A text as the kernel takes it. */
exports.text = (value) => Buffer.from(`${value}\0`);
exports.call = call;

exports.kernel = () => {
  const r = report();
  return {
    ...r,
    /** A call that must not succeed. Gives what the kernel said. */
    refused(label, ...args) {
      let answer;
      r.attempt(label, () => (answer = call(...args)));
      if (answer >= 0) r.reach(`${label}: ${answer}`);
      return answer;
    },
  };
};
