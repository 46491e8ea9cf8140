// What an old register of an invented county's office was understood as.
import type { RegisterImported, RegisterImportRow, RegisterUnderstood } from '@/api/generated/types';

export const understood: RegisterUnderstood = {
  columns: [
    { head: '序号', field: '' },
    { head: '发文字号', field: 'number' },
    { head: '文件标题', field: 'title' },
    { head: '发文日期', field: 'date' },
    { head: '来文机关', field: 'sender' },
    { head: '经办人', field: '' },
  ],
  outgoing: 82,
  incoming: 41,
  with_files: 96,
  problems: [
    {
      line: 17,
      number: '青财〔2019〕16号',
      title: '关于印发《青河县县级行政事业单位国有资产处置管理暂行办法》的通知',
      why: '这个文号的文件已在登记簿中，不再录入',
    },
    {
      line: 23,
      number: '无',
      title: '关于召开预算编制工作会议的通知',
      why: '文号读不出来，请写成“望水〔2019〕7号”的样子',
    },
  ],
  files_left: ['合影.pdf'],
  hash: 'hash-1',
  file: 'token-2',
  originals: '',
};

export const imported: RegisterImported = {
  import_id: '0193',
  entered: 120,
  left_out: 2,
  trouble: '现在连不上服务器。',
};

export const imports: RegisterImportRow[] = [
  { import_id: '0192', documents: 128, at: '2026-03-05T01:20:00.000Z', by: '范诗涵' },
];
