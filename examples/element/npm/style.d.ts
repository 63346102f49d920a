// The stylesheet: `import "lora-rank-explorer/style.css"`. Bundlers read the file, and TypeScript wants to know that there is one.
export {};
