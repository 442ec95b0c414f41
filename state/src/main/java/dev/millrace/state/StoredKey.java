package dev.millrace.state;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The key of an entry in durable state. Stored keys are compared as unsigned bytes, so the entries of a key group are neighbours, and
 * in it those of a state, and in it those of a namespace, the lowest first.
 *
 * <pre>
 *   0             2            4                              12
 *   +-------------+------------+------------------------------+ - - - - - - - - - -
 *   |  key group  |  state id  |  namespace, sign bit flipped |  key (Protobuf)         big-endian
 *   +-------------+------------+------------------------------+ - - - - - - - - - -
 * </pre>
 *
 * The namespace tells apart what one key has several of (a window's start, say); 0 where it has one.
 */
public final class StoredKey {
    /** What precedes the key's own bytes. */
    public static final int HEADER_BYTES = 12;

    /** The highest key group and the highest state id. */
    public static final int MAX_ID = 0xffff;

    /** The longest key, without the header: 1 MiB. */
    public static final int MAX_KEY_BYTES = 1 << 20;

    private static final int STATE_ID_OFFSET = 2;
    private static final int NAMESPACE_OFFSET = 4;

    private StoredKey() {}

    /** Puts the parts together. The key's buffer is not moved. */
    public static byte[] of(int keyGroup, int stateId, long namespace, ByteBuffer key) {
        check(keyGroup, stateId, key.remaining());
        byte[] stored = new byte[HEADER_BYTES + key.remaining()];
        ByteBuffer.wrap(stored)
                .putShort((short) keyGroup)
                .putShort((short) stateId)
                .putLong(namespace ^ Long.MIN_VALUE)
                .put(key.duplicate());
        return stored;
    }

    static void check(int keyGroup, int stateId, int keyBytes) {
        if (keyGroup < 0 || keyGroup > MAX_ID || stateId < 0 || stateId > MAX_ID || keyBytes > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("key cannot be stored: keyGroup=" + keyGroup + ", stateId=" + stateId
                    + ", maximumId=" + MAX_ID + ", keyBytes=" + keyBytes + ", limitBytes=" + MAX_KEY_BYTES);
        }
    }

    /** The lowest array above everything that begins with a prefix; null if there is none. */
    static byte @Nullable [] behind(byte[] prefix) {
        byte[] behind = prefix.clone();
        for (int i = behind.length - 1; i >= 0; i--) {
            if (++behind[i] != 0) {
                return behind;
            }
        }
        return null;
    }

    /** The key group of a stored key. */
    public static int keyGroup(byte[] stored) {
        return Short.toUnsignedInt(ByteBuffer.wrap(stored).getShort(0));
    }

    /** The state that a stored key belongs to. */
    public static int stateId(byte[] stored) {
        return Short.toUnsignedInt(ByteBuffer.wrap(stored).getShort(STATE_ID_OFFSET));
    }

    /** The namespace of a stored key. */
    public static long namespace(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong(NAMESPACE_OFFSET) ^ Long.MIN_VALUE;
    }

    /** A copy of the key's own bytes. */
    public static byte[] key(byte[] stored) {
        return Arrays.copyOfRange(stored, HEADER_BYTES, stored.length);
    }
}
