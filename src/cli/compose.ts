// The only file that names concrete adapters: which class stands behind which port.

import { RenderError as BirdRenderError, renderBird } from '../adapters/bgp/bird/render.js';
import { renderGobgp } from '../adapters/bgp/gobgp/render.js';
import type { Config } from '../config/config.js';
import { RenderError } from '../config/render-error.js';
import { CommandError, EXIT } from './exit.js';

const RENDERERS = { bird: renderBird, gobgp: renderGobgp } as const;

export type RenderedDaemon = keyof typeof RENDERERS;

/** The whole configuration of the daemon that fits this holdline.yaml. Throws CommandError. */
export function renderFor(daemon: RenderedDaemon, config: Config): string {
  try {
    return RENDERERS[daemon](config);
  } catch (error) {
    if (error instanceof RenderError || error instanceof BirdRenderError) {
      throw new CommandError(EXIT.usage, error.message, { cause: error });
    }
    throw error;
  }
}
