/**
 * Next and Previous through a keyset; there are no page numbers, as rows arrive while a person reads.
 */
export function Pagination({ label, previous, next }: { label: string; previous: string | null; next: string | null }) {
  if (!previous && !next) return null;
  return (
    <nav class="pagination" aria-label={label}>
      {previous ? (
        <a class="button" rel="prev" href={previous}>
          Previous
        </a>
      ) : (
        <span />
      )}
      {next && (
        <a class="button" rel="next" href={next}>
          Next
        </a>
      )}
    </nav>
  );
}
