package dev.millrace.allocator;

/** What to throw where a program, or a handle that two threads use, makes a mistake with a block. */
final class BlockMistakes {
    private BlockMistakes() {}

    static IllegalArgumentException foreign(long address) {
        return new IllegalArgumentException("no block of this allocator: address=0x" + Long.toHexString(address)
                + "; give a block back to the allocator that it came from");
    }

    static IllegalArgumentException outsideSlabs(long address) {
        return new IllegalArgumentException("no live block here: address=0x" + Long.toHexString(address)
                + ", pool=none, blockBytes=none; it was given back before, or never handed out");
    }

    static IllegalArgumentException notLive(long address, int kind, long bytes) {
        return new IllegalArgumentException("no live block starts here: address=0x" + Long.toHexString(address)
                + ", pool=" + SizeClasses.poolOfKind(kind) + ", blockBytes=" + bytes
                + "; it was given back before, or is the inside of a block");
    }

    static IllegalStateException handedOutTwice(long address, int kind) {
        return new IllegalStateException(
                "a live block would be handed out twice: address=0x" + Long.toHexString(address)
                        + ", pool=" + SizeClasses.poolOfKind(kind) + ", blockBytes="
                        + SizeClasses.blockBytesOfKind(kind)
                        + "; two threads used one handle: give each thread its own, or the shared one");
    }
}
