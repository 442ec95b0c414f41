package dev.millrace.state.index;

/**
 * Is shown the entries of an index or of a snapshot, one after the other, in no order a caller may rely on.
 *
 * <p>The addresses are for reading only and are valid until the visit of that entry returns. A visitor must not change
 * the index that it visits.
 */
@FunctionalInterface
public interface EntryVisitor {
    /** Takes one entry. Both addresses are multiples of 8; padding up to the next multiple of 8 is zero after the key. */
    void visit(long keyAddress, int keyBytes, long hash, long valueAddress, int valueBytes);
}
