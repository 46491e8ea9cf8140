// 发文机关 as the form edits them: names in order, with what each carries besides.
import type { Issuer } from '@/api/generated/types';

/** An issuer without empty extras, as serde writes it. */
function tidy({ name, signature, post, person }: Issuer): Issuer {
  return {
    name,
    ...(signature ? { signature } : {}),
    ...(post ? { post } : {}),
    ...(person ? { person } : {}),
  };
}

/** The issuers with these names in this order; an issuer that moves keeps what it carries. */
export function withNames(issuers: readonly Issuer[], names: readonly string[]): Issuer[] {
  const isEdit = names.length === issuers.length;
  const left = [...issuers];
  return names.map((name, index) => {
    const at = left.findIndex((issuer) => issuer.name === name);
    if (at >= 0) return tidy(left.splice(at, 1)[0] ?? { name });
    const edited = isEdit ? issuers[index] : undefined;
    return tidy({ ...(edited ?? {}), name });
  });
}

export const withDetail = (issuers: readonly Issuer[], index: number, detail: Partial<Issuer>): Issuer[] =>
  issuers.map((issuer, at) => (at === index ? tidy({ ...issuer, ...detail }) : issuer));

/** How 发文机关标志 ends: by the format's own word, by nothing, or by words of one's own. */
export const suffixOf = (suffix: string | null): 'default' | 'none' | 'custom' =>
  suffix === null ? 'default' : suffix === '' ? 'none' : 'custom';
