import { distance } from 'fastest-levenshtein';

/** Two slips of the finger; more, and the suggestion would be a guess. */
const DISTANCE_MAX = 2;

/** The known word that was most likely meant, or undefined when none is near. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((each) => ({ each, away: distance(word, each) }))
    .filter(({ away }) => away <= DISTANCE_MAX)
    .sort((left, right) => left.away - right.away);
  return ranked[0]?.each;
}
