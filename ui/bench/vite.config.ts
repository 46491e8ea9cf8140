// Builds the page that `./dev bench list` scrolls. Nothing of it is shipped.
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  plugins: [vue()],
  resolve: {
    alias: {
      '@': here('../src'),
      '@text': here('../../assets/text/zh-CN'),
      '@manual': here('../../docs/manual'),
    },
  },
  define: {
    __VUE_OPTIONS_API__: true,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    __INTLIFY_DROP_MESSAGE_COMPILER__: true,
  },
  build: {
    target: ['safari15', 'chrome110'],
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    rolldownOptions: { input: here('list.html') },
  },
});
