import { html, type Markup } from "./markup";
import type { MirrorStanding } from "./mirror-standing";

/**
 * The shapes of the standings, each about the size of a circle of radius 1. They differ even without their colours: disc, star,
 * half disc, hollow diamond, triangle, hollow disc, cross. `here` is a ring around the mirror that the visitor would be sent to.
 */
const shapes: Readonly<Record<MirrorStanding | "here", Markup>> = {
  active: html`<circle r="1"/>`,
  origin: html`<path d="M0-1.25.37-.5 1.19-.39.59.19.73 1 0 .62-.73 1-.59.19-1.19-.39-.37-.5z"/>`,
  draining: html`<circle r="1"/><path class="cut" d="M0-.68A.68.68 0 0 1 0 .68z"/>`,
  probing: html`<path d="M0-1.2 1.2 0 0 1.2-1.2 0z"/><path class="cut" d="M0-.5.5 0 0 .5-.5 0z"/>`,
  open: html`<path d="M0-1.15 1.15.9H-1.15z"/><path class="cut" d="M-.14-.5h.28l-.06.8h-.16zM-.14.45h.28v.26h-.28z"/>`,
  undeployed: html`<circle r="1"/><circle class="cut" r=".55"/>`,
  retired: html`<path d="M-.9-.6-.6-.9 0-.3.6-.9.9-.6.3 0 .9.6.6.9 0 .3-.6.9-.9.6-.3 0z"/>`,
  here: html`<circle class="ring" r="1.1"/>`,
};

/**
 * The shapes as definitions that the page uses by name: `#active` is the shape, `#active-icon` has a frame that gives it its
 * size. The definitions themselves are not drawn.
 */
export function shapeDefinitions(): Markup {
  const symbols = Object.entries(shapes).map(
    ([name, shape]) =>
      html`<symbol id="${name}-icon" viewBox="-1.3 -1.3 2.6 2.6"><g id="${name}">${shape}</g></symbol>`,
  );
  return html`<svg class="definitions" aria-hidden="true">${symbols}</svg>`;
}

/** A shape in a line of text. The text must say the same in words. */
export function icon(name: MirrorStanding | "here"): Markup {
  return html`<svg class="icon ${name}" aria-hidden="true"><use href="#${name}-icon"/></svg>`;
}
