const firstMs = 5_000
const capMs = 3_600_000

/**
 * How long an unconfirmed row waits before it is sent again (SPEC DE1), in ms: 5 s, doubling to an hour.
 *
 * @param sent how often it has been sent, from 1
 */
export const resendDelayMs = (sent: number): number => Math.min(capMs, firstMs * 2 ** Math.min(sent - 1, 20))
