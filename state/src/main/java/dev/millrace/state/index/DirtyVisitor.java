package dev.millrace.state.index;

/**
 * Is shown what changed between two seals, one entry after the other, in no order a caller may rely on.
 *
 * <p>The addresses are for reading only and are valid until the visit of that entry returns.
 */
@FunctionalInterface
public interface DirtyVisitor {
    /**
     * Takes one changed entry.
     *
     * @param valueAddress the value as it was sealed; 0 if the entry was deleted
     * @param valueBytes its size; 0 if the entry was deleted
     * @param deleted whether the entry was there at the seal before this one and is no more
     */
    void visit(long keyAddress, int keyBytes, long hash, long valueAddress, int valueBytes, boolean deleted);
}
