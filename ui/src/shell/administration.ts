// Screens of those who administer, each with the grant it needs.
import type { Grant } from '@/api/generated/types';

const ADMINISTRATION = [
  { name: 'numbers', icon: 'number', count: 0, needs: 'keep_vocabulary' },
  { name: 'organisation', icon: 'people', count: 0, needs: 'keep_organisation' },
  { name: 'roles', icon: 'key', count: 0, needs: 'give_roles' },
  { name: 'access', icon: 'eye', count: 0, needs: 'review_access' },
] as const satisfies readonly { needs: Grant; [more: string]: unknown }[];

/** Those that somebody with these permissions has. */
export const administrationOf = (permissions: readonly string[]) =>
  ADMINISTRATION.filter((screen) => permissions.includes(screen.needs));
