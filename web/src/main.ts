import { createPinia } from 'pinia';
import { createApp } from 'vue';
import 'element-plus/theme-chalk/dark/css-vars.css';
import 'element-plus/es/components/message/style/css';
import './styles/base.css';
import App from './app.vue';
import { makeI18n } from './i18n/index.js';
import { makeRouter } from './router.js';
import { usePreferences } from './stores/preferences.js';

const app = createApp(App);
app.use(createPinia());
const i18n = await makeI18n(usePreferences().locale);
app.use(i18n);
app.use(makeRouter((key) => i18n.global.t(key)));
app.mount('#app');
