// What never ships: the built wasm with a fault in its own code.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import binaryen from 'binaryen';
import { DIST } from '../exchange/static.ts';

/** The card's wasm, whose function of this export traps as a panic does. */
export async function trapping(name: string): Promise<Buffer> {
  const module = binaryen.readBinary(await readFile(join(DIST, 'tao-conviction_bg.wasm')));
  // Those that the build has; all of them would let binaryen write what Chromium can't read yet.
  const { MutableGlobals, BulkMemory, NontrappingFPToInt, SignExt, ReferenceTypes, Multivalue } = binaryen.Features;
  module.setFeatures(MutableGlobals | BulkMemory | NontrappingFPToInt | SignExt | ReferenceTypes | Multivalue);
  const found = Array.from({ length: module.getNumExports() }, (_, index) => binaryen.getExportInfo(module.getExportByIndex(index))).find((one) => one.name === name)!;
  binaryen.Function.setBody(module.getFunction(found.value), module.unreachable());
  return Buffer.from(module.emitBinary());
}
