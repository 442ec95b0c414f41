package dev.millrace.numa;

import java.util.function.Function;

/** Finds the best rung by trying each: a container may have the library and forbid the call. */
final class PlacementProbe {
    private static final long SCRATCH_BYTES = 4096;

    private PlacementProbe() {}

    /** Goes down the ladder; what stood in the way of each rung is told by the one below. */
    static Placement detect(Rung best) {
        return switch (best) {
            case LIBNUMA ->
                NativeAttempt.orElse(PlacementProbe::libnuma, obstacle -> syscall("libnuma: " + obstacle + "; "));
            case SYSCALL -> syscall("");
            case FIRST_TOUCH -> firstTouch("");
            case FLAT -> Placement.flat("placement is switched off");
        };
    }

    private static Placement libnuma() {
        if (LibNuma.numa_available() < 0) {
            return syscall("libnuma: the kernel has no memory policies, or forbids them; ");
        }
        return policies(Rung.LIBNUMA, new LibNuma(), "libnuma", refusal -> syscall("libnuma: " + refusal + "; "));
    }

    private static Placement syscall(String story) {
        return NativeAttempt.orElse(
                () -> policies(
                        Rung.SYSCALL,
                        new BarePolicyCalls(SystemCallNumbers.ofThisMachine()),
                        story + "system calls",
                        refusal -> firstTouch(story + "system calls: " + refusal + "; ")),
                obstacle -> firstTouch(story + "system calls: " + obstacle + "; "));
    }

    /** A scratch page must be bound for real: libnuma up to 2.0.18 does not notice a filter that refuses the call. */
    private static Placement policies(Rung rung, PolicyCalls calls, String who, Function<String, Placement> ifRefused) {
        long[] allowed = new long[PolicyCalls.MASK_WORDS];
        int errno = calls.allowedNodes(allowed);
        if (errno != 0) {
            return ifRefused.apply("get_mempolicy was refused, " + Errno.describe(errno));
        }
        long scratch = LibC.mmap(0, SCRATCH_BYTES, LibC.PROT_READ_WRITE, LibC.MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
        if (scratch == LibC.MAP_FAILED) {
            return ifRefused.apply("no scratch page to try");
        }
        try {
            errno = calls.mbind(
                    scratch, SCRATCH_BYTES, PolicyCalls.MPOL_PREFERRED | PolicyCalls.MPOL_F_STATIC_NODES, allowed);
            return errno == 0
                    ? new PolicyPlacement(rung, who + " bound a scratch page", calls)
                    : ifRefused.apply("mbind was refused, " + Errno.describe(errno));
        } finally {
            LibC.munmap(scratch, SCRATCH_BYTES);
        }
    }

    private static Placement firstTouch(String story) {
        return Placement.flat(story + "first touch: not tried");
    }
}
