// Vite's server for development. Prints its address.

import { createServer } from "vite";

const server = await createServer({ server: { host: "127.0.0.1", port: 0, hmr: false, ws: false }, logLevel: "error", cacheDir: process.argv[2] });
await server.listen();
console.log(server.resolvedUrls.local[0]);
