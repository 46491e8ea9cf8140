// Starts the page: text, theme, cache, router. What is shown first is decided by the session.
import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import '@/theme/tokens.css';
import '@/theme/base.css';
import '@/theme/parts.css';
import { followStale, queryClient } from '@/api/query';
import { startListening } from '@/api/transport';
import App from '@/App.vue';
import { makeRouter } from '@/router';
import { i18n } from '@/text';
import { recallLook } from '@/theme';

recallLook();
followStale();
startListening();

createApp(App).use(i18n).use(VueQueryPlugin, { queryClient }).use(makeRouter()).mount('#app');
