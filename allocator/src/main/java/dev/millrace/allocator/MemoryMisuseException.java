package dev.millrace.allocator;

import org.jspecify.annotations.Nullable;

/**
 * The program touched memory that was not its own: written after a free, written past the end of a block, or used a
 * handle that outlived its block. Thrown in the misuse modes that look for it, when the damage is found, which is after
 * it was done. Its cause, where there is one, is where the block was allocated or freed.
 */
public final class MemoryMisuseException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final long address;
    private final long offsetBytes;

    /**
     * With the block and the first changed byte.
     *
     * @param address the start of the block
     * @param offsetBytes of the first byte that is wrong, from the start of the block; −1 if no byte is
     */
    MemoryMisuseException(String message, long address, long offsetBytes, @Nullable Throwable where) {
        super(message, where);
        this.address = address;
        this.offsetBytes = offsetBytes;
    }

    /** The start of the block. */
    public long address() {
        return address;
    }

    /** The first byte that is wrong, from the start of the block, or −1 if the contents are right. */
    public long offsetBytes() {
        return offsetBytes;
    }
}
