package dev.millrace.numa;

/** Finds the best rung by trying it: a container may have the library and forbid the call. */
final class PlacementProbe {
    private static final long SCRATCH_BYTES = 4096;

    private PlacementProbe() {}

    static Placement detect() {
        return NativeAttempt.orElse(PlacementProbe::libnuma, Placement::flat);
    }

    private static Placement libnuma() {
        if (LibNuma.numa_available() < 0) {
            return Placement.flat("the kernel has no memory policies");
        }
        int node = LibnumaPlacement.firstAllowedNode();
        if (node < 0) {
            return Placement.flat("the kernel does not say which nodes are allowed");
        }
        long scratch = LibC.mmap(0, SCRATCH_BYTES, LibC.PROT_READ_WRITE, LibC.MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
        if (scratch == LibC.MAP_FAILED) {
            return Placement.flat("no scratch page to try");
        }
        try {
            int errno = LibnumaPlacement.bind(scratch, SCRATCH_BYTES, node);
            return errno == 0
                    ? new LibnumaPlacement()
                    : Placement.flat("binding a scratch page was refused: errno=" + errno);
        } finally {
            LibC.munmap(scratch, SCRATCH_BYTES);
        }
    }
}
