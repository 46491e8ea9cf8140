// Numbers as people read them.
const whole = new Intl.NumberFormat('zh-CN');

/** `12,345` */
export const count = (value: number): string => whole.format(value);

/** `3.2 MB` */
export function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  if (value < 1024 * 1024) return `${(value / 1024).toFixed(1)} KB`;
  return `${(value / 1024 / 1024).toFixed(1)} MB`;
}
