import { describe, expect, it, vi } from 'vitest';
import { pageUrl } from '@/api/pages';
import { asCallError, call, deliver, onDeskEvent, onStale } from '@/api/transport';
import { refusal, useDesk } from '@test/desk';

describe('transport', () => {
  it('tells everyone what a command made stale, after it succeeded', async () => {
    const told = vi.fn();
    const stop = onStale(told);
    useDesk();
    await call('draft_discard', { id: 'draft-1' });
    expect(told).toHaveBeenCalledWith(['drafts']);
    stop();
  });

  it('makes nothing stale when a command is refused', async () => {
    const told = vi.fn();
    const stop = onStale(told);
    useDesk({
      draft_discard: () => {
        throw refusal({ sentence: '文稿已送审。' });
      },
    });
    await expect(call('draft_discard', { id: 'draft-1' })).rejects.toMatchObject({
      sentence: '文稿已送审。',
    });
    expect(told).not.toHaveBeenCalled();
    stop();
  });

  it('asks for the session again when the desk turns out to be locked', async () => {
    const told = vi.fn();
    const stop = onStale(told);
    useDesk({
      draft_counts: () => {
        throw refusal({ code: 'locked' });
      },
    });
    await expect(call('draft_counts', {})).rejects.toMatchObject({ code: 'locked' });
    expect(told).toHaveBeenCalledWith(['session']);
    stop();
  });

  it('hands on events of the desk and their stale tags until told to stop', () => {
    const heard = vi.fn();
    const told = vi.fn();
    const stop = [onDeskEvent(heard), onStale(told)];
    deliver({ kind: 'stale', tags: ['drafts'] });
    for (const end of stop) end();
    deliver({ kind: 'locked' });
    expect(heard).toHaveBeenCalledTimes(1);
    expect(told).toHaveBeenCalledTimes(1);
  });

  it('gives whatever is thrown a code and a key', () => {
    expect(asCallError(new TypeError('fetch failed'))).toMatchObject({ code: 'bug', key: 'ui.unreachable' });
    expect(asCallError(refusal({ key: 'vault.wrong' }))).toMatchObject({ key: 'vault.wrong' });
  });

  it('speaks HTTP where there is no Tauri', async () => {
    const fetched = vi.fn<typeof fetch>(() => Promise.resolve(new Response('{"drafting":1}')));
    vi.stubGlobal('fetch', fetched);
    await expect(call('draft_counts', {})).resolves.toEqual({ drafting: 1 });
    expect(fetched.mock.calls[0]?.[0]).toBe('/api/draft_counts');
    vi.unstubAllGlobals();
  });
});

describe('addresses of pages', () => {
  it('follows the scheme of the platform', () => {
    expect(pageUrl('draft 1', 'ab/c', 2)).toBe('/pages/draft%201/ab%2Fc/2.png?scale=1');
    Object.assign(window, { __TAURI_INTERNALS__: {} });
    expect(pageUrl('s', 'h', 0, 1.5)).toBe('andu-page://localhost/s/h/0.png?scale=1.5');
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)' });
    expect(pageUrl('s', 'h', 0)).toBe('http://andu-page.localhost/s/h/0.png?scale=1');
    vi.unstubAllGlobals();
    Reflect.deleteProperty(window, '__TAURI_INTERNALS__');
  });
});
