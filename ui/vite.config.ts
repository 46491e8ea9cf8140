import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ command }) => ({
  plugins: [vue()],
  resolve: {
    alias: {
      '@': here('./src'),
      '@test': here('./test'),
      '@text': here('../assets/text/zh-CN'),
      '@manual': here('../docs/manual'),
    },
  },
  clearScreen: false,
  server: { port: 5173, strictPort: true, fs: { allow: ['.', '../assets', '../docs'] } },
  define: {
    __VUE_OPTIONS_API__: true,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    __INTLIFY_DROP_MESSAGE_COMPILER__: command === 'build',
  },
  build: {
    outDir: 'dist',
    target: ['safari15', 'chrome110'],
    // A data: URL of a script or a font would need a looser content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['test/setup.ts'],
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    css: false,
    testTimeout: 60000,
    server: { deps: { inline: ['element-plus'] } },
  },
}));
