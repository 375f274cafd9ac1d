const DETAIL_LENGTH_MAX = 200;

/** What another program said, as one line of limited length, fit for a log and a status page. */
export function detailOf(text: string): string {
  // Control characters could forge log lines or paint on a terminal.
  const line = text.slice(0, 2 * DETAIL_LENGTH_MAX).replace(/[\p{Cc}\s]+/gu, ' ');
  return line.length > DETAIL_LENGTH_MAX ? `${line.slice(0, DETAIL_LENGTH_MAX - 1)}…` : line;
}

export function detailOfError(error: unknown): string {
  return detailOf(error instanceof Error ? error.message || codeOf(error) : String(error));
}

/** The system's name of the failure (ECONNREFUSED), or an empty text. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
