// All visible text. One catalogue of flat keys, shared with the command and the server; places are `{field}`.
import { createI18n, type MessageContext } from 'vue-i18n';

const files = import.meta.glob<Record<string, string>>('@text/*.json', { eager: true, import: 'default' });
const messages: Record<string, string> = Object.assign({}, ...Object.values(files));

/** Fills `{field}`; the same rule as in Rust, and no code is made from text. */
function fill(message: string, fields: (name: string) => unknown): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => String(fields(name) ?? whole));
}

/** Messages are functions from the start: nothing is compiled, and no sign but the braces has a meaning. */
const compiled = Object.fromEntries(
  Object.entries(messages).map(([key, message]) => [
    key,
    (context: MessageContext<string>) => fill(message, (name) => context.named(name)),
  ]),
);

const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  messages: { 'zh-CN': compiled },
  messageResolver: (all, key) => (all as typeof compiled)[key] ?? null,
  missingWarn: false,
  fallbackWarn: false,
});

export { i18n };

/** Text of a key. Outside components too: the catalogue is loaded with the program. */
export function t(key: string, fields: Record<string, string | number> = {}): string {
  return i18n.global.t(key, fields);
}

/** Whether the catalogue knows a key. */
export const hasText = (key: string): boolean => key in messages;
