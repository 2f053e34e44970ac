import { accessSync, constants } from 'node:fs';

/** Path of the node's binary. */
export function binary() {
	const path = process.env.SURETY_NODE;
	if (!path) throw new Error('SURETY_NODE must hold the path of a surety-node binary');
	accessSync(path, constants.X_OK);
	return path;
}
