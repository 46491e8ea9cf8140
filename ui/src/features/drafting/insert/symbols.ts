// Signs that documents need and keyboards lack, by what they are for.
export const SYMBOLS: readonly { group: string; signs: readonly string[] }[] = [
  { group: 'number', signs: ['〔', '〕', '〔〕', '★', '号', '×', '××'] },
  {
    group: 'punctuation',
    signs: ['“”', '‘’', '《》', '〈〉', '（）', '——', '……', '、', '；', '：', '·', '—', '～'],
  },
  {
    group: 'serial',
    signs: ['①', '②', '③', '④', '⑤', '⑥', '⑦', '⑧', '⑨', '⑩', '一是', '二是', '三是', '四是', '五是'],
  },
  { group: 'unit', signs: ['℃', '‰', '%', '㎡', 'm²', 'm³', '±', '≤', '≥', '≈', '°', '′', '″', '￥'] },
];
