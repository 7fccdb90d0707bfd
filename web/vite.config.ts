import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';
import Components from 'unplugin-vue-components/vite';
import { defineConfig } from 'vite';

const source = (path: string): string => fileURLToPath(new URL(`../shared/src/${path}`, import.meta.url));

/** Where the development server finds the API; the built UI is served by the API itself. */
const apiUrl = process.env['API_URL'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [
    vue(),
    // Own components are imported by name; only Element Plus is resolved on demand.
    Components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
  ],
  resolve: {
    alias: [
      { find: '@gridfleet/shared/domain', replacement: source('domain/index.ts') },
      { find: '@gridfleet/shared/schema', replacement: source('schema/index.ts') },
    ],
  },
  server: { proxy: { '/api': apiUrl, '/health': apiUrl } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: false,
    target: 'es2022',
    // The chart library is one chunk, loaded with the first chart.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      // The shared sources are pure modules: what the UI does not use (schemas, machines) is left out.
      treeshake: { moduleSideEffects: (id) => !id.includes('/shared/src/') },
    },
  },
});
