// The trouble with a Redis server in words that tell what to do about it.

import { codeOf, detailOfError } from '../detail.js';
import type { Trial } from './rights.js';

const NO_RIGHT = 'NOPERM';

/** Redis answers, and does not let us. */
export function isRefusal(error: unknown): boolean {
  return detailOfError(error).startsWith(NO_RIGHT);
}

export interface Refusal {
  readonly trial: Trial;
  readonly error: unknown;
}

const MISTRUST: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'set `tls.ca` to the authority that signed it',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'set `tls.ca` to the authority that signed it',
  SELF_SIGNED_CERT_IN_CHAIN: 'set `tls.ca` to the authority that signed it',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'set `tls.ca` to the certificate itself',
  CERT_HAS_EXPIRED: 'renew it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'set `tls.server-name` to a name in it',
};

interface Dialled {
  readonly user: string | undefined;
  readonly tls: boolean;
}

/** Why there is no connection, or no login. */
export function adviseOnConnection(error: unknown, { user, tls }: Dialled): string {
  const said = detailOfError(error);
  const mistrust = MISTRUST[codeOf(error)];
  if (mistrust !== undefined) {
    return `its certificate is not trusted (${said}): ${mistrust}`;
  }
  if (/^WRONGPASS/.test(said)) {
    return `wrong password of ${sayUser(user)}, or no such user there (${said})`;
  }
  if (/^NOAUTH|^NOPERM.*'(auth|hello|select|info)'/.test(said)) {
    return adviseOnLogin(said, user);
  }
  return `${said}${tls ? adviseOnTls(said) : adviseOnPlain(said)}`;
}

function adviseOnLogin(said: string, user: string | undefined): string {
  return said.startsWith('NOAUTH')
    ? 'it wants a password: set `password-file` beside `url`'
    : `${said}; this helps: ACL SETUSER ${user ?? 'default'} +select +info`;
}

function adviseOnTls(said: string): string {
  if (/wrong version number|packet length too long|ETIMEDOUT/.test(said)) {
    return ' (it speaks no TLS on this port: redis:// instead of rediss://?)';
  }
  return /certificate required|alert|handshake failure/.test(said)
    ? ' (it wants a certificate of ours: set `tls.cert` and `tls.key`)'
    : '';
}

function adviseOnPlain(said: string): string {
  return /closed|ECONNRESET|no answer to the login/.test(said)
    ? ' (does it speak TLS on this port: rediss:// instead of redis://?)'
    : '';
}

/** Which rights are missing, and the one line that grants them; null when none is. */
export function adviseOnRights(
  refusals: readonly Refusal[],
  user: string | undefined,
): string | null {
  if (refusals.length === 0) {
    return null;
  }
  const missing = refusals.flatMap(({ trial, error }) => rightFor(trial, detailOfError(error)));
  if (missing.length === 0) {
    return refusals
      .map(({ trial, error }) => `${trial.command}: ${detailOfError(error)}`)
      .join('; ');
  }
  const names = [...new Set(refusals.map(({ trial }) => trial.command))].join(', ');
  const rights = [...new Set(missing)].join(' ');
  const name = user ?? 'default';
  return `${sayUser(user)} may not use ${names}; this helps: ACL SETUSER ${name} ${rights}`;
}

/** Redis names the command, the keys or the channels as what is out of reach. */
function rightFor({ right, reach }: Trial, said: string): readonly string[] {
  if (!said.startsWith(NO_RIGHT)) {
    return [];
  }
  const ofReach = /\b(keys?|channels?)\b/.test(said) && reach !== undefined;
  return ofReach ? [reach] : [right, ...(reach === undefined ? [] : [reach])];
}

function sayUser(user: string | undefined): string {
  return `the user ${user ?? 'default'}`;
}
