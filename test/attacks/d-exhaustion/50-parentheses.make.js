// A hundred thousand nested parentheses.
export default () => '('.repeat(100_000) + '1' + ')'.repeat(100_000);
