package dev.millrace.allocator;

/**
 * The address of a block and its generation in one long, for handles that are kept for long.
 *
 * <pre>
 *   63          48 47                                  0
 *   +-------------+-------------------------------------+
 *   | generation  |               address               |
 *   +-------------+-------------------------------------+
 * </pre>
 *
 * <p>Where generations are not kept, the stamped address is the address.
 */
public final class StampedAddress {
    private static final int ADDRESS_BITS = 48;
    private static final long ADDRESS_MASK = (1L << ADDRESS_BITS) - 1;

    private StampedAddress() {}

    /**
     * Stamps the address of a live block.
     *
     * @throws IllegalArgumentException if no live block starts at this address
     */
    public static long of(BlockAllocator allocator, long address) {
        return (long) allocator.generationOf(address) << ADDRESS_BITS | address;
    }

    /**
     * The address, if the block is still the one that was stamped.
     *
     * @throws MemoryMisuseException if another block starts here now
     * @throws IllegalArgumentException if none does
     */
    public static long check(BlockAllocator allocator, long stampedAddress) {
        final long address = address(stampedAddress);
        allocator.checkGeneration(address, (int) (stampedAddress >>> ADDRESS_BITS));
        return address;
    }

    /** The address, unchecked. */
    public static long address(long stampedAddress) {
        return stampedAddress & ADDRESS_MASK;
    }
}
