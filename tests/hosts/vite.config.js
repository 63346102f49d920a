import react from "@vitejs/plugin-react";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  plugins: [react(), vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === "lora-rank-explorer" } } })],
  build: { rollupOptions: { input: ["react/index.html", "vue/index.html"] } },
});
