// scoring.js for Node.js, whose fetch can't read files: the wasm is read from beside it.
import { readFile } from "node:fs/promises";
import init from "./scoring.js";

export * from "./scoring.js";

export default async (options) => init(options ?? { module_or_path: await readFile(new URL("./scoring_bg.wasm", import.meta.url)) });
