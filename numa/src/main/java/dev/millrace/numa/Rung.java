package dev.millrace.numa;

/** How well memory can be placed on this machine, best first. A rung does all that the rungs below it do. */
public enum Rung {
    /** Ranges are bound to nodes by libnuma, and where pages lie can be asked. */
    LIBNUMA,
    /** The same by bare system calls: the library is missing, the kernel permits. */
    SYSCALL,
    /**
     * The kernel refuses memory policies, as it does in most containers. Pages lie on the node of the thread that touches
     * them first, so {@link Placement#firstTouch} touches them from there.
     */
    FIRST_TOUCH,
    /** Nothing is placed. Everything works. */
    FLAT;

    /** Says whether a range can be bound once, so that nobody needs to touch its pages from the right node. */
    public boolean bindsRanges() {
        return this == LIBNUMA || this == SYSCALL;
    }

    /** Says whether this rung is no worse than another. */
    public boolean isAtLeast(Rung other) {
        return compareTo(other) <= 0;
    }
}
