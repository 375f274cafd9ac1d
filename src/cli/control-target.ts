import { loadConfig } from '../config/load.js';

export interface TargetOptions {
  readonly config: string;
  readonly socket?: string;
}

/** The control socket that was named, or the one that the configuration names. */
export function controlSocketOf({ config, socket }: TargetOptions): string {
  return socket ?? loadConfig(config).control.socketPath;
}
