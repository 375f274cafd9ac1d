// What `holdline render` needs and a holdline.yaml may leave out.

/** The configuration is good, but says too little for a daemon's whole configuration. */
export class RenderError extends Error {
  override readonly name = 'RenderError';
  readonly code = 'render-incomplete';
  /** The key that is missing, as people write it: `bgp.neighbours[0].as`. */
  readonly key: string;

  constructor(key: string, expected: string) {
    super(`${key}: expected ${expected}, which a rendered configuration needs, got nothing`);
    this.key = key;
  }
}
