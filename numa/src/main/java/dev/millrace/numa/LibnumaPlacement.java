package dev.millrace.numa;

import com.sun.jna.Native;
import org.jspecify.annotations.Nullable;

/**
 * Binds ranges with {@code mbind(MPOL_PREFERRED | MPOL_F_STATIC_NODES)} and asks for pages with {@code move_pages}.
 *
 * <p>Preferred, not bound: a process whose bound node is full is killed, one whose preferred node is full spills.
 */
final class LibnumaPlacement implements Placement {
    /** The kernel's own limit of 1024 nodes, in words of the mask. */
    static final int MASK_WORDS = 1024 / Long.SIZE;

    /** The kernel takes the number of bits and one. */
    private static final long MAX_NODE = (long) MASK_WORDS * Long.SIZE + 1;

    private static final long PAGE_MASK = ~4095L;

    @Override
    public Rung rung() {
        return Rung.LIBNUMA;
    }

    @Override
    public String reason() {
        return "libnuma bound a scratch page";
    }

    @Override
    public boolean bindPreferred(long address, long bytes, NumaNode node) {
        return bind(address, bytes, node.id()) == 0;
    }

    /** Returns 0, or the errno. */
    static int bind(long address, long bytes, int nodeId) {
        if (nodeId >= MASK_WORDS * Long.SIZE) {
            return -1;
        }
        long[] mask = new long[MASK_WORDS];
        mask[nodeId / Long.SIZE] = 1L << nodeId;
        int mode = LibNuma.MPOL_PREFERRED | LibNuma.MPOL_F_STATIC_NODES;
        return LibNuma.mbind(address, bytes, mode, mask, MAX_NODE, 0) == 0 ? 0 : Native.getLastError();
    }

    @Override
    public int nodeOf(long address) {
        int[] status = {UNKNOWN_NODE};
        long[] pages = {address & PAGE_MASK};
        int @Nullable [] queryOnly = null;
        if (LibNuma.move_pages(0, 1, pages, queryOnly, status, 0) != 0 || status[0] < 0) {
            return UNKNOWN_NODE;
        }
        return status[0];
    }

    /**
     * The lowest kernel id of a node that this process may have memory on.
     *
     * @return −1 if the kernel does not say
     */
    static int firstAllowedNode() {
        long[] mask = new long[MASK_WORDS];
        if (LibNuma.get_mempolicy(new int[1], mask, MAX_NODE, 0, LibNuma.MPOL_F_MEMS_ALLOWED) != 0) {
            return -1;
        }
        for (int word = 0; word < MASK_WORDS; word++) {
            if (mask[word] != 0) {
                return word * Long.SIZE + Long.numberOfTrailingZeros(mask[word]);
            }
        }
        return -1;
    }
}
