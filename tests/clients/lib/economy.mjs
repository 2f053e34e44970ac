// What the chain's documents say about money, written down again.

export const UNIT = 10n ** 12n;
/** Of the asset that the development chain brings along, 6 decimals. */
export const TUSD_UNIT = 10n ** 6n;
export const TUSD = 1;

const ceil = (a, b) => (a + b - 1n) / b;

/** Due for `blocks` of a subscription: rounded down for a claim. */
export const due = ({ amount, period }, blocks) => (amount * BigInt(blocks)) / BigInt(period);

/** Due for `blocks` when a client leaves: a unit begun is due in full. */
export const dueAtTheEnd = ({ amount, period }, blocks) => ceil(amount * BigInt(blocks), BigInt(period));
