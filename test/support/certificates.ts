// Certificates for tests, made by openssl: an authority, and what it has signed.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly certPath: string;
  readonly keyPath: string;
}

export interface Authority {
  readonly caPath: string;
  /** Signs a certificate for a server or a client with these subject alternative names. */
  issue(name: string, alternativeNames: string): Certificate;
}

const DAYS = '2';

export function createAuthority(directory: string, name = 'ca'): Authority {
  const own = { certPath: join(directory, `${name}.crt`), keyPath: join(directory, `${name}.key`) };
  const subject = ['-subj', `/CN=${name}`];
  openssl('req', '-x509', ...newKey(own.keyPath), '-out', own.certPath, '-days', DAYS, ...subject);
  return {
    caPath: own.certPath,
    issue: (who, alternativeNames) => {
      const made = {
        certPath: join(directory, `${who}.crt`),
        keyPath: join(directory, `${who}.key`),
      };
      const request = join(directory, `${who}.csr`);
      const extensions = join(directory, `${who}.ext`);
      writeFileSync(extensions, `subjectAltName=${alternativeNames}\n`);
      openssl('req', ...newKey(made.keyPath), '-out', request, '-subj', `/CN=${who}`);
      openssl(
        ...['x509', '-req', '-in', request, '-out', made.certPath, '-days', DAYS],
        ...['-CA', own.certPath, '-CAkey', own.keyPath, '-CAcreateserial', '-extfile', extensions],
      );
      return made;
    },
  };
}

function newKey(path: string): readonly string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path];
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe', timeout: 10_000 });
}
