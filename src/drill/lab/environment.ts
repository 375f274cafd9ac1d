const path = process.env['PATH'] ?? '/usr/bin:/bin';

/**
 * What every program of the lab finds in its environment. Daemons live in sbin, which an ordinary
 * user's PATH leaves out; times and messages are parsed, so zone and language are fixed.
 */
export const PROGRAM_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: `${path}:/usr/local/sbin:/usr/sbin:/sbin`,
  TZ: 'UTC',
  LC_ALL: 'C',
};
