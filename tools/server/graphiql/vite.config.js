import { defineConfig } from 'vite';

export default defineConfig({
  base: '/graphiql/',
  build: {
    // The editor is one large library; it is stored compressed and loaded once.
    chunkSizeWarningLimit: 10_000,
    // Fonts and icons as files, so that the content security policy can stay strict.
    assetsInlineLimit: 0,
    license: { fileName: 'licenses.md' },
  },
});
