package dev.millrace.allocator;

/**
 * The bytes that memory is filled with where nothing of the program's lies. None is a likely value: read as a number they
 * are large and odd, read as an address they end the JVM.
 */
final class Patterns {
    /** In a block that was just handed out: whoever reads it did not write it first. */
    static final byte FRESH = (byte) 0xCB;

    /** In a block that was freed. */
    static final byte FREED = (byte) 0xDB;

    /** Between the size that was asked for and the end of the block. */
    static final byte CANARY = (byte) 0xEB;

    private static final long EACH_BYTE = 0x0101_0101_0101_0101L;

    private Patterns() {}

    /**
     * Finds the first byte of a range that is not of a pattern.
     *
     * @return its offset, or −1 if all are
     */
    static long firstOther(long address, long lengthBytes, byte pattern) {
        final long word = (pattern & 0xFFL) * EACH_BYTE;
        long at = 0;
        while (at < lengthBytes && (address + at) % Long.BYTES != 0) {
            if (Memory.getByte(address + at) != pattern) {
                return at;
            }
            at++;
        }
        while (at + Long.BYTES <= lengthBytes && Memory.getLong(address + at) == word) {
            at += Long.BYTES;
        }
        while (at < lengthBytes && Memory.getByte(address + at) == pattern) {
            at++;
        }
        return at < lengthBytes ? at : -1;
    }

    static String hex(byte value) {
        return "0x" + Integer.toHexString(value & 0xFF);
    }
}
