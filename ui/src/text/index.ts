// All visible text. One catalogue of flat keys, shared with the command and the server; places are `{field}`.
import { createI18n, type MessageContext } from 'vue-i18n';

const files = import.meta.glob<Record<string, string>>('@text/*.json', { eager: true, import: 'default' });
const messages: Record<string, string> = Object.assign({}, ...Object.values(files));

/** Fills `{field}`; the same rule as in Rust, and no code is made from text. */
function fill(message: string, fields: (name: string) => unknown): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => String(fields(name) ?? whole));
}

const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  messages: { 'zh-CN': messages },
  messageResolver: (all, key) => (all as Record<string, string>)[key] ?? null,
  messageCompiler: (message) => (context: MessageContext<string>) =>
    typeof message === 'string' ? fill(message, (name) => context.named(name)) : '',
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
