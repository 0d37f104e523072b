import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// During development a proxy sends requests for data to a running `edo serve` or a Hasura, so that the page
// and its data have one origin, as in the built dashboard.
const server = process.env.EDO_SERVER ?? 'http://localhost:8080';

export default defineConfig({
  plugins: [react({ jsxImportSource: '~/jsx' })],
  resolve: { alias: { '~': new URL('./src', import.meta.url).pathname } },
  server: {
    port: 3000,
    proxy: {
      '/v1': { target: server, ws: true },
      '/edo': server,
    },
  },
  build: { chunkSizeWarningLimit: 700, license: { fileName: 'licenses.md' } },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx'], testTimeout: 60_000 },
});
