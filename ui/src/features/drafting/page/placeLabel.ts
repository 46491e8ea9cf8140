// The name of a place for people: 标题, 正文第4段, 附件2标题.
import { t, hasText } from '@/text';

const number = (index: string | undefined): number => Number(index ?? 0) + 1;

function tail(parts: readonly string[]): string {
  const [first = '', second, ...rest] = parts;
  if (first === 'body')
    return second === undefined
      ? t('drafting.place.body')
      : t('drafting.place.block', { number: number(second) });
  if (first === 'attachments' && second !== undefined) {
    const attachment = t('drafting.place.attachment', { number: number(second) });
    return rest.length > 0 ? `${attachment} ${tail(rest)}` : attachment;
  }
  const key = `drafting.place.${first}`;
  return hasText(key) ? t(key) : first;
}

export function placeLabel(place: string): string {
  const parts = place.split('/');
  if (parts[0] === 'issued_text') {
    const inside = parts.slice(1);
    return inside.length > 0
      ? `${t('drafting.place.issued_text')} ${tail(inside)}`
      : t('drafting.place.issued_text');
  }
  return tail(parts);
}
