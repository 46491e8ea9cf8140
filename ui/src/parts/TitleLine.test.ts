import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import TitleLine from '@/parts/TitleLine.vue';

const TITLE = '望溪县水务局关于解决白鹭镇机关档案规范化建设经费的请示';
const shown = (props: { title: string; agency?: string }) => {
  const line = mount(TitleLine, { props });
  return ['.start', '.end', '.unseen'].map((part) => line.find(part).text());
};

describe('a title in one line', () => {
  it('always shows its end, and is read as a whole', () => {
    expect(shown({ title: TITLE })).toEqual([TITLE.slice(0, -8), '化建设经费的请示', TITLE]);
  });

  it("leaves out the name of one's own agency and no other", () => {
    expect(shown({ title: TITLE, agency: '望溪县水务局' })[0]).toMatch(/^关于解决/);
    expect(shown({ title: TITLE, agency: '望溪县' })[0]).toMatch(/^望溪县水务局/);
    expect(shown({ title: TITLE, agency: '望溪县财政局' })[0]).toMatch(/^望溪县水务局/);
  });

  it('does not tear a short title or a rare character', () => {
    expect(shown({ title: '通知' })).toEqual(['', '通知', '通知']);
    expect(shown({ title: '一二𠮷四五六七八' })).toEqual(['', '一二𠮷四五六七八', '一二𠮷四五六七八']);
  });
});
