// How what is supervised stands, in words and as a mark.
import type { SupervisionLight, SupervisionUnit } from '@/api/generated/types';
import { t } from '@/text';

type Mark = 'normal' | 'soon' | 'overdue' | 'settled' | 'waiting' | 'refused';

const MARKS: Record<SupervisionLight, Mark> = {
  on_time: 'normal',
  soon: 'soon',
  overdue: 'overdue',
  ready: 'waiting',
  closed: 'settled',
  withdrawn: 'refused',
};

export const lightMark = (light: SupervisionLight): Mark => MARKS[light];
export const lightLabel = (light: SupervisionLight): string => t(`supervision.light.${light}`);

/** How many working days are left, or by how many it is over; empty where nothing runs. */
export function leftWords(light: SupervisionLight, left: number): string {
  if (light === 'overdue') {
    return left < 0 ? t('ui.supervision.over', { days: -left }) : t('ui.supervision.just_over');
  }
  if (light !== 'on_time' && light !== 'soon') return '';
  return left === 0 ? t('ui.supervision.today') : t('ui.supervision.left', { days: left });
}

/** Where a department stands: its state, and who is waited for. */
export function standing(unit: SupervisionUnit): string {
  const state = t(`ui.supervision.unit.${unit.state}`);
  const late = unit.was_late ? t('ui.supervision.was_late') : '';
  return [state + late, unit.waits_for].filter(Boolean).join(' · ');
}
