// Paper forms of an invented county's office.
import type { FormPicture, FormRow } from '@/api/generated/types';

const row = (form: string, label: string, part: Partial<FormRow> = {}): FormRow => ({
  form,
  label,
  is_register: false,
  is_own: false,
  versions: [],
  ...part,
});

const own = row('incoming_sheet', '收文处理单', {
  is_own: true,
  versions: [
    { version: 3, is_back: false, note: '局长办公会定', by: '范诗涵', at: '2026-03-05T01:20:00.000Z' },
    { version: 2, is_back: true, note: '', by: '范诗涵', at: '2026-03-04T02:00:00.000Z' },
    { version: 1, is_back: false, note: '', by: '何雨桐', at: '2026-01-12T02:00:00.000Z' },
  ],
});

export const all: FormRow[] = [
  row('outgoing_sheet', '发文稿纸'),
  own,
  row('circulation_sheet', '传阅单'),
  row('internal_request', '签报单'),
  row('countersign_sheet', '会签单'),
  row('return_slip', '退文单'),
  row('assignment_slip', '交办单'),
  row('supervision_notice', '督办通知单'),
  row('telephone_record', '电话记录单'),
  row('outgoing_register', '发文登记簿', { is_register: true }),
  row('incoming_register', '收文登记簿', { is_register: true }),
];

/** One white dot for a page. */
export const picture: FormPicture = {
  data: 'data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=',
  width_mm: 210,
  height_mm: 297,
};
