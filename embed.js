// The loader: defines <tao-conviction> and imports the wasm when an element nears the viewport.
