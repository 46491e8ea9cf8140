// Which images may stand in a body: PNG, JPEG or WebP carried in the text itself, and not too large.

/** Largest image in bytes. */
const MAX_IMAGE_BYTES = 2 * 1024 * 1024;

const DATA_URL = /^data:image\/(png|jpeg|webp);base64,([A-Za-z0-9+/]+={0,2})$/;

const BEGINNINGS: Record<string, readonly string[]> = {
  png: ['iVBORw0KGgo'],
  jpeg: ['/9j/'],
  webp: ['UklGR'],
};

/** The address itself if it is an image that may stand in a body: right kind, right first bytes, not too large. */
export function safeImageSource(address: string): string | undefined {
  // The pattern is not run over megabytes that are too many anyway.
  if (address.length > (MAX_IMAGE_BYTES * 4) / 3 + 64) return undefined;
  const found = DATA_URL.exec(address);
  if (!found) return undefined;
  const [, kind = '', data = ''] = found;
  return BEGINNINGS[kind]?.some((beginning) => data.startsWith(beginning)) ? address : undefined;
}

/** Why a file cannot become an image of a body. */
export type ImageRefusal = 'kind' | 'size' | 'unreadable';

/** Reads a file as a data URL. */
export async function readImage(file: Blob): Promise<{ source: string } | { refusal: ImageRefusal }> {
  if (!['image/png', 'image/jpeg', 'image/webp'].includes(file.type)) return { refusal: 'kind' };
  if (file.size > MAX_IMAGE_BYTES) return { refusal: 'size' };
  const source = await new Promise<string>((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => resolve('');
    reader.readAsDataURL(file);
  });
  return safeImageSource(source) ? { source } : { refusal: 'unreadable' };
}
