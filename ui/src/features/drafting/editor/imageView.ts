// How an image stands in the editor: as wide in proportion to the text as it will be on paper.
import type { Node as ProseNode } from '@tiptap/pm/model';
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import type { NodeView } from '@tiptap/pm/view';
import { MAX_IMAGE_TENTH_MM } from './nodes';

class ImageView implements NodeView {
  readonly dom: HTMLElement;
  private readonly image: HTMLImageElement;

  constructor(private node: ProseNode) {
    this.dom = document.createElement('div');
    this.dom.className = 'image-block';
    this.image = this.dom.appendChild(document.createElement('img'));
    this.image.draggable = false;
    this.draw();
  }

  update(node: ProseNode): boolean {
    if (node.type !== this.node.type) return false;
    this.node = node;
    this.draw();
    return true;
  }

  private draw(): void {
    const { src, alt, widthTenthMm } = this.node.attrs;
    if (this.image.src !== src) this.image.src = String(src);
    this.image.alt = String(alt ?? '');
    this.image.style.width = `${(Number(widthTenthMm) / MAX_IMAGE_TENTH_MM) * 100}%`;
  }
}

export const ImageViews = Extension.create({
  name: 'imageViews',
  addProseMirrorPlugins: () => [
    new Plugin({ props: { nodeViews: { image: (node) => new ImageView(node) } } }),
  ],
});
