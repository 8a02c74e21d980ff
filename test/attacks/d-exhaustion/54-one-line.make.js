// One line of almost a mebibyte, one long sum.
export default () => `0${'+1'.repeat(500_000)}`;
