// Which of Redis's keyspace events a relay lives on.

/** The events of keys (K) that are set ($) and that are deleted (g); A stands for all kinds. */
const NEEDED: readonly RegExp[] = [/K/, /[A$]/, /[Ag]/];

/** Whether a relay that is subscribed to a server with this setting hears of its peers' sessions. */
export function tellsOfSessions(notifyKeyspaceEvents: string): boolean {
  return NEEDED.every((flag) => flag.test(notifyKeyspaceEvents));
}
