package dev.millrace.allocator;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.numa.RangeSource;

/** What tests of misuse need to know about the machine. */
final class Misuse {
    private Misuse() {}

    /** Ends a test early where pages cannot be protected. */
    static void assumePossible(AllocatorConfig.Misuse mode) {
        assumeTrue(
                mode != AllocatorConfig.Misuse.GUARD || RangeSource.detect().isPresent(),
                "pages cannot be protected on this machine");
    }
}
