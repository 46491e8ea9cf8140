// Where the pictures of pages come from.
import { inTauri } from '@/api/transport';

type PageSource = (session: string, hash: string, page: number, scale: number) => string;

let source: PageSource | undefined;

/** Puts another source of page pictures in place: tests and `dev.html`. */
export function setPageSource(other: PageSource | undefined): void {
  source = other;
}

/** Address of the picture of a page, counted from 0. A `scale` of 1 is 96 pixels to the inch. */
export function pageUrl(session: string, hash: string, page: number, scale = 1): string {
  if (source) return source(session, hash, page, scale);
  const path = `${encodeURIComponent(session)}/${encodeURIComponent(hash)}/${page}.png?scale=${scale}`;
  if (!inTauri()) return `/pages/${path}`;
  const windows = navigator.userAgent.includes('Windows');
  return windows ? `http://andu-page.localhost/${path}` : `andu-page://localhost/${path}`;
}
