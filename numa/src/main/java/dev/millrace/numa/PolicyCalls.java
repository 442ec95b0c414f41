package dev.millrace.numa;

/**
 * The system calls about the memory policy of ranges. Each returns 0, or the {@code errno}.
 *
 * <p>None of them is about the policy of a thread: that would move the thread's Java heap too. Never
 * {@code MPOL_BIND}: a process whose bound node is full is killed, one whose preferred node is full spills.
 */
interface PolicyCalls {
    int MPOL_PREFERRED = 1;
    int MPOL_INTERLEAVE = 3;

    /** Node numbers are the machine's, not relative to the set that the process may use. */
    int MPOL_F_STATIC_NODES = 1 << 15;

    int MPOL_F_MEMS_ALLOWED = 1 << 2;

    /** The kernel's own limit of 1024 nodes, in words of a mask. */
    int MASK_WORDS = 1024 / Long.SIZE;

    /** The kernel takes the number of bits and one. */
    long MAX_NODE = (long) MASK_WORDS * Long.SIZE + 1;

    /** The policy of the pages of a range that are not there yet. */
    int mbind(long address, long bytes, int mode, long[] nodeMask);

    /** Sets the bits of the nodes that this process may have memory on. */
    int allowedNodes(long[] nodeMask);

    /** Says where each page lies, as its node's kernel id or a negative errno; moves nothing. */
    int whereAre(long[] pages, int[] status);
}
