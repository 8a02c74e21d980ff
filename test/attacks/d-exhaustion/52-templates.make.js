// Twenty thousand nested template literals.
export default () => '`${'.repeat(20_000) + '1' + '}`'.repeat(20_000);
