package dev.millrace.serde;

import dev.millrace.allocator.TestMemory;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongFunction;

/** Values as bytes, for tests. */
final class Blobs {
    /** One for each type: a codec for each value would be a class for each value. */
    private static final Map<Class<?>, FlatCodec<?>> CODECS = new HashMap<>();

    private Blobs() {}

    @SuppressWarnings("unchecked") // The codec is that of the value's class.
    static byte[] blob(Object value) {
        FlatCodec<Object> codec = (FlatCodec<Object>) CODECS.computeIfAbsent(value.getClass(), FlatCodec::of);
        int length = codec.blobBytes(value);
        try (TestMemory memory = new TestMemory(length)) {
            codec.writeBlob(value, memory.address());
            return memory.bytes(length);
        }
    }

    static byte[] message(ProtobufTranscoder transcoder, byte[] blob) {
        return inMemory(blob, transcoder::encode);
    }

    /** Calls with the address of a copy. */
    static byte[] inMemory(byte[] blob, LongFunction<byte[]> function) {
        try (TestMemory memory = new TestMemory(blob.length)) {
            memory.put(blob);
            return function.apply(memory.address());
        }
    }
}
