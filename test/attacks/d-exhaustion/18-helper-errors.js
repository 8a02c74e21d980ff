// Text of the script's that a helper puts into its error, full of what looks like paths.
await complain(' /etc'.repeat(4e5)).catch(() => 1);
for (;;) await complain(' /etc/x'.repeat(4e5)).catch(() => 1);
