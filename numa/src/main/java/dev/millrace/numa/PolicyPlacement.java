package dev.millrace.numa;

import java.util.List;

/**
 * The two upper rungs: binds ranges with {@code mbind} and asks for pages with {@code move_pages}.
 *
 * @param calls the way into the kernel
 */
record PolicyPlacement(Rung rung, String reason, PolicyCalls calls) implements Placement {
    private static final long PAGE_MASK = ~4095L;
    private static final int MAX_NODE_ID = PolicyCalls.MASK_WORDS * Long.SIZE - 1;

    @Override
    public boolean bindPreferred(long address, long bytes, NumaNode node) {
        return bind(address, bytes, PolicyCalls.MPOL_PREFERRED, List.of(node));
    }

    @Override
    public boolean interleave(long address, long bytes, List<NumaNode> nodes) {
        return bind(address, bytes, PolicyCalls.MPOL_INTERLEAVE, nodes);
    }

    private boolean bind(long address, long bytes, int mode, List<NumaNode> nodes) {
        long[] mask = new long[PolicyCalls.MASK_WORDS];
        for (NumaNode node : nodes) {
            if (node.id() > MAX_NODE_ID) {
                return false;
            }
            mask[node.id() / Long.SIZE] |= 1L << node.id();
        }
        return calls.mbind(address, bytes, mode | PolicyCalls.MPOL_F_STATIC_NODES, mask) == 0;
    }

    @Override
    public int nodeOf(long address) {
        int[] nodes = new int[1];
        nodesOf(new long[] {address}, nodes);
        return Math.max(nodes[0], UNKNOWN_NODE);
    }

    @Override
    public int nodesOf(long[] addresses, int[] nodes) {
        PageQuery.check(addresses, nodes);
        long[] pages = new long[addresses.length];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = addresses[i] & PAGE_MASK;
        }
        boolean isAnswered = calls.whereAre(pages, nodes) == 0;
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = isAnswered ? nodeOfStatus(nodes[i]) : UNKNOWN_NODE;
        }
        return PageQuery.countKnown(nodes);
    }

    /** A page that was never touched is ENOENT; where the whole page table is missing, kernels such as 6.1 say EFAULT. */
    static int nodeOfStatus(int status) {
        if (status >= 0) {
            return status;
        }
        return status == -Errno.ENOENT || status == -Errno.EFAULT ? ABSENT_PAGE : UNKNOWN_NODE;
    }
}
