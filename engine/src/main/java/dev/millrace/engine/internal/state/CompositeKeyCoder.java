package dev.millrace.engine.internal.state;

import com.google.protobuf.CodedInputStream;
import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.KeyPartitioner;
import dev.millrace.serde.KeyHash;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.ProtobufTranscoder;
import dev.millrace.serde.RecordLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Composite keys outside of memory. The user's key comes first, so that what is a key's lies together. Used by one thread at
 * a time.
 *
 * <pre>
 *   message CompositeKey {
 *     Key owner = 1;
 *     uint32 part = 2;
 *     fixed64 number = 3;     // of a numbered part
 *     Suffix named = 4;       // of a named part
 *   }
 * </pre>
 */
final class CompositeKeyCoder {
    private static final int OWNER = 1;
    private static final int PART = 2;
    private static final int NUMBER = 3;
    private static final int NAMED = 4;
    private static final byte[] NO_NAME = {};

    private final ProtobufTranscoder owners;
    private final ProtobufTranscoder suffixes;

    /** @param suffix of named parts; anything if there are none */
    CompositeKeyCoder(RecordLayout owner, RecordLayout suffix) {
        owners = ProtobufTranscoder.of(owner);
        suffixes = ProtobufTranscoder.of(suffix);
    }

    static int keyGroup(long key) {
        return KeyPartitioner.groupOf(CompositeKey.owner(key), CompositeKey.ownerBytes(key));
    }

    static long hash(long key, int keyBytes, long seed) {
        long ownerHash = KeyHash.hash(CompositeKey.owner(key), CompositeKey.ownerBytes(key), seed);
        return CompositeKey.hash(key, keyBytes, ownerHash);
    }

    byte[] encode(long key) {
        byte[] owner = owners.encode(CompositeKey.owner(key));
        int part = CompositeKey.part(key);
        boolean isNamed = part != CompositeKey.NUMBERED && part != CompositeKey.HEAD;
        byte[] name = isNamed ? suffixes.encode(CompositeKey.suffix(key)) : NO_NAME;
        return Wire.write(3 * Wire.MOST_FIELD_BYTES + owner.length + name.length, out -> {
            out.writeByteArray(OWNER, owner);
            out.writeUInt32(PART, part);
            if (isNamed) {
                out.writeByteArray(NAMED, name);
            } else if (part == CompositeKey.NUMBERED) {
                out.writeFixed64(NUMBER, Memory.getLong(CompositeKey.suffix(key)));
            }
        });
    }

    byte[] decode(byte[] encoded) {
        Decoded key = new Decoded();
        Wire.read("composite key", encoded, key);
        if (!key.hasOwner) {
            throw new MalformedRecordException("composite key has no owner: keyBytes=" + encoded.length);
        }
        return ByteBuffer.allocate(CompositeKey.headerBytes() + key.owner.length + key.suffix.length)
                .order(ByteOrder.nativeOrder())
                .putInt(key.owner.length)
                .putInt(key.part)
                .put(key.owner)
                .put(key.suffix)
                .array();
    }

    /** The fields as they come. */
    private final class Decoded implements Wire.Field {
        private boolean hasOwner;
        private byte[] owner = {};
        private int part = CompositeKey.HEAD;
        private byte[] suffix = {};

        @Override
        public boolean read(int number, CodedInputStream in) throws IOException {
            switch (number) {
                case OWNER -> {
                    owner = decode(owners, in.readByteArray());
                    hasOwner = true;
                }
                case PART -> part = in.readUInt32();
                case NUMBER -> suffix = number(in.readFixed64());
                case NAMED -> suffix = decode(suffixes, in.readByteArray());
                default -> {
                    return false;
                }
            }
            return true;
        }
    }

    private static byte[] decode(ProtobufTranscoder transcoder, byte[] message) {
        return transcoder.decode(message, 0, message.length);
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(number)
                .array();
    }
}
