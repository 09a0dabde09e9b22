import { defineConfig } from "vite"

// The server's policy is `default-src 'self'`: nothing may be inlined, neither scripts nor images.
export default defineConfig({
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false
  },
  esbuild: { jsx: "automatic" },
  server: {
    proxy: { "/v1": "http://127.0.0.1:8787" }
  }
})
