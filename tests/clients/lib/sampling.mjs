// The race of surety-primitives' `sampling` written down again, to check what the chain draws.

import { blake2AsU8a } from '@polkadot/util-crypto';

const DOMAIN = new TextEncoder().encode('surety/sample/v1');
const FRACTION_BITS = 57;
const MAX = (1n << 128n) - 1n;

/** First eight bytes, little-endian, of blake2_256(domain ++ seed ++ service as u32 LE ++ operator). */
export function draw(seed, service, operator) {
	const bytes = Buffer.concat([DOMAIN, seed, Buffer.alloc(4), operator]);
	bytes.writeUInt32LE(service, DOMAIN.length + seed.length);
	return Buffer.from(blake2AsU8a(bytes, 256)).readBigUInt64LE();
}

/** −log2((u + 1) / 2^64) in fixed point with 57 fractional bits. */
export function negLog2(u) {
	const x = u + 1n;
	if (x >> 64n) return 0n;
	const whole = x.toString(2).length - 1;
	let mantissa = x << BigInt(63 - whole);
	let log = BigInt(whole);
	for (let bit = 0; bit < FRACTION_BITS; bit++) {
		mantissa = (mantissa * mantissa) >> 63n;
		log <<= 1n;
		if (mantissa >> 64n) {
			mantissa >>= 1n;
			log |= 1n;
		}
	}
	return (64n << BigInt(FRACTION_BITS)) - log;
}

/** Time of arrival of a candidate of some weight. */
export function arrival(u, weight) {
	const time = (negLog2(u) << 96n) / weight;
	return time > MAX ? MAX : time;
}
