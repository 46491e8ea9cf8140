// Where everything is. Screens load when they are first opened, so that the lock screen is there at once.
import { createRouter, createWebHashHistory, type RouterHistory, type RouteRecordRaw } from 'vue-router';

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'start', component: { render: () => null } },
  { path: '/inbox', name: 'inbox', component: () => import('@/router/InboxDoor.vue') },
  { path: '/done', name: 'done', component: () => import('@/features/inbox/TaskInboxScreen.vue') },
  { path: '/figures', name: 'figures', component: () => import('@/features/figures/FiguresScreen.vue') },
  { path: '/to-read', name: 'to_read', component: () => import('@/router/ToReadDoor.vue') },
  {
    path: '/incoming',
    name: 'incoming',
    component: () => import('@/features/incoming/IncomingListScreen.vue'),
  },
  {
    path: '/incoming/:id',
    name: 'incoming-document',
    component: () => import('@/features/incoming/IncomingScreen.vue'),
  },
  {
    path: '/supervision',
    name: 'supervision',
    component: () => import('@/features/supervision/SupervisionScreen.vue'),
  },
  { path: '/drafts', name: 'drafts', component: () => import('@/features/drafts/DraftListScreen.vue') },
  { path: '/submitted', name: 'submitted', component: () => import('@/features/drafts/DraftListScreen.vue') },
  { path: '/closed', name: 'closed', component: () => import('@/features/drafts/DraftListScreen.vue') },
  { path: '/discarded', name: 'discarded', component: () => import('@/features/drafts/DraftListScreen.vue') },
  { path: '/draft/:id', name: 'draft', component: () => import('@/features/drafting/DraftingScreen.vue') },
  { path: '/issued', name: 'issued', component: () => import('@/features/issued/IssuedScreen.vue') },
  { path: '/find', name: 'find', component: () => import('@/features/find/FindScreen.vue') },
  {
    path: '/vocabulary/:kind(agencies|people|phrases|templates)?',
    name: 'vocabulary',
    component: () => import('@/features/vocabulary/VocabularyScreen.vue'),
  },
  {
    path: '/contacts',
    name: 'contacts',
    component: () => import('@/features/organisation/ContactsScreen.vue'),
  },
  {
    path: '/organisation',
    name: 'organisation',
    component: () => import('@/features/organisation/OrganisationScreen.vue'),
  },
  { path: '/numbers', name: 'numbers', component: () => import('@/features/numbers/NumbersScreen.vue') },
  { path: '/forms/:form?', name: 'forms', component: () => import('@/features/forms/FormsScreen.vue') },
  { path: '/copies', name: 'copies', component: () => import('@/features/numbers/CopiesScreen.vue') },
  { path: '/joining', name: 'joining', component: () => import('@/features/joining/JoiningScreen.vue') },
  {
    path: '/double-edits',
    name: 'double-edits',
    component: () => import('@/features/double-edit/DoubleEditScreen.vue'),
  },
  {
    path: '/processes/:process?/:part?',
    name: 'processes',
    component: () => import('@/features/processes/ProcessesScreen.vue'),
  },
  { path: '/roles', name: 'roles', component: () => import('@/features/organisation/RolesScreen.vue') },
  { path: '/access', name: 'access', component: () => import('@/features/organisation/AccessScreen.vue') },
  { path: '/discs', name: 'discs', component: () => import('@/features/discs/DiscsScreen.vue') },
  {
    path: '/settings/:section?',
    name: 'settings',
    component: () => import('@/features/settings/SettingsScreen.vue'),
  },
  { path: '/:rest(.*)*', redirect: '/' },
];

export function makeRouter(history: RouterHistory = createWebHashHistory()) {
  return createRouter({ history, routes });
}
