package dev.millrace.engine.internal.state;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.Scratch;
import dev.millrace.serde.KeyHash;

/**
 * A key under a user's key, for what one key has several of. Used by the thread that steps the task.
 *
 * <pre>
 *   0              4            8                 8 + owner bytes
 *   +--------------+------------+-----------------+---------------------------+
 *   | owner bytes  | part       | the user's key  | suffix: a number or a blob |     both multiples of 8 bytes
 *   +--------------+------------+-----------------+---------------------------+
 * </pre>
 *
 * Its hash is that of the suffix, seeded with the hash of the user's key and the part.
 */
final class CompositeKey implements AutoCloseable {
    /** What a key has one of: no suffix. */
    static final int HEAD = 0;
    /** What is numbered: a suffix of 8 bytes. */
    static final int NUMBERED = 1;
    /** What has a key of its own: a blob. */
    static final int NAMED = 2;
    /** Another thing that has a key of its own: a blob. */
    static final int NAMED_TOO = 3;

    private static final int OWNER_BYTES_OFFSET = 0;
    private static final int PART_OFFSET = 4;
    private static final int OWNER_OFFSET = 8;

    /** Spreads parts over the bits of a seed; any odd number does. */
    private static final long PART_FACTOR = 0x9E3779B97F4A7C15L;

    private final KeyContext call;
    private final Scratch scratch;
    private long address;
    private int lengthBytes;
    private int suffixBytes;
    private long hash;

    CompositeKey(KeyContext call, BlockAllocator allocator) {
        this.call = call;
        scratch = new Scratch(allocator);
    }

    /** Makes it the key of a part of the current key that there is one of. */
    void head() {
        begin(HEAD, 0);
        end();
    }

    /** Makes it the key of a numbered part of the current key. */
    void numbered(long number) {
        Memory.putLong(begin(NUMBERED, Long.BYTES), number);
        end();
    }

    /**
     * Begins a key; the suffix is to be written, then {@link #end} called.
     *
     * @return where the suffix goes
     */
    long begin(int part, int bytes) {
        int ownerBytes = call.keyBytes;
        suffixBytes = bytes;
        lengthBytes = OWNER_OFFSET + ownerBytes + bytes;
        address = scratch.ofAtLeast(lengthBytes);
        Memory.putInt(address + OWNER_BYTES_OFFSET, ownerBytes);
        Memory.putInt(address + PART_OFFSET, part);
        Memory.copy(call.keyAddress, address + OWNER_OFFSET, ownerBytes);
        return address + OWNER_OFFSET + ownerBytes;
    }

    void end() {
        hash = hash(address, lengthBytes, call.hash);
    }

    long address() {
        return address;
    }

    int lengthBytes() {
        return lengthBytes;
    }

    long hash() {
        return hash;
    }

    long suffix() {
        return address + lengthBytes - suffixBytes;
    }

    int suffixBytes() {
        return suffixBytes;
    }

    /** The length of the user's key in a composite one. */
    static int ownerBytes(long key) {
        return Memory.getInt(key + OWNER_BYTES_OFFSET);
    }

    /** The user's key in a composite one. */
    static long owner(long key) {
        return key + OWNER_OFFSET;
    }

    static int part(long key) {
        return Memory.getInt(key + PART_OFFSET);
    }

    /** Where the suffix begins. */
    static long suffix(long key) {
        return key + OWNER_OFFSET + ownerBytes(key);
    }

    /** The length of the suffix. */
    static int suffixBytes(long key, int keyBytes) {
        return keyBytes - OWNER_OFFSET - ownerBytes(key);
    }

    /** The hash of a composite key whose user's key has this hash. */
    static long hash(long key, int keyBytes, long ownerHash) {
        return KeyHash.hash(suffix(key), suffixBytes(key, keyBytes), ownerHash + part(key) * PART_FACTOR);
    }

    /** The bytes before the user's key. */
    static int headerBytes() {
        return OWNER_OFFSET;
    }

    @Override
    public void close() {
        scratch.close();
    }
}
