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
import { opening } from '@/session/session';
import { i18n } from '@/text';
import { recallLook } from '@/theme';

recallLook();
followStale();
startListening();

const router = makeRouter();
// No screen is loaded behind the lock: the way to the first one begins when somebody begins to open the desk.
router.beforeEach(() => opening);

createApp(App).use(i18n).use(VueQueryPlugin, { queryClient }).use(router).mount('#app');
