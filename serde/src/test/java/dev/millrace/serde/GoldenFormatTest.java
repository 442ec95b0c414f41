package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.allocator.TestMemory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Files of version 1 of the durable format: descriptors, messages and blobs of several types. They are never changed; what is
 * written today has to be the same, and what was written then has to be read. A new version gets a directory of its own.
 */
final class GoldenFormatTest {
    private static final String DIRECTORY = "/format-1/";

    /** As it was when the file was written. */
    record Order(long id, String customer, float weight, Shapes.Side side, Shapes.Point place, Instant at) {}

    /** What has become of it, under another name here. */
    private record LaterOrder(
            @Tag(1) long number,
            double weight,
            Shapes.Side side,
            Shapes.Point place,
            Instant at,
            @Tag(40) @Since(2) @Default("EUR") String currency) {}

    private static final Order ORDER = new Order(
            300,
            "Grüße",
            -2.5f,
            Shapes.Side.HOLD,
            new Shapes.Point(-7, (byte) 3),
            Instant.ofEpochSecond(1_700_000_000, 5));

    static List<RecordLayout> layouts() {
        List<RecordLayout> layouts = new ArrayList<>(RichShapes.layouts());
        layouts.add(RecordLayout.of(Shapes.AllTypes.class));
        layouts.add(RecordLayout.of(Shapes.Outer.class));
        layouts.add(RecordLayout.of(long.class));
        return layouts;
    }

    @Test
    void writesTheSameDescriptorsMessagesAndBlobsAsEver() throws IOException {
        List<RecordLayout> layouts = layouts();
        for (int i = 0; i < layouts.size(); i++) {
            String file = "shape-" + i;
            String what = file + ", type=" + layouts.get(i).typeName();
            ProtobufTranscoder transcoder = ProtobufTranscoder.of(layouts.get(i));
            assertArrayEquals(read(file + ".schema"), transcoder.schema().toBytes(), what);
            byte[] message = read(file + ".message");
            byte[] blob = transcoder.decode(message, 0, message.length);
            assertArrayEquals(message, encode(transcoder, blob), what);
            if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
                assertArrayEquals(read(file + ".blob"), blob, what);
            }
        }
    }

    @Test
    void readsDescriptorsAsTheyWereWritten() throws IOException {
        List<RecordLayout> layouts = layouts();
        for (int i = 0; i < layouts.size(); i++) {
            assertEquals(SchemaDescriptor.of(layouts.get(i)), SchemaDescriptor.parse(read("shape-" + i + ".schema")));
        }
    }

    @Test
    void aLaterVersionOfATypeReadsWhatWasWritten() throws IOException {
        ProtobufTranscoder then = ProtobufTranscoder.of(RecordLayout.of(Order.class));
        byte[] message = read("order.message");
        assertArrayEquals(message, encode(then, blob(Order.class, ORDER)));
        SchemaDescriptor stored = SchemaDescriptor.parse(read("order.schema"));
        EvolvedReader reader = SchemaEvolution.between(stored, SchemaDescriptor.of(RecordLayout.of(LaterOrder.class)))
                .reader();
        LaterOrder wanted = new LaterOrder(300, -2.5, ORDER.side(), ORDER.place(), ORDER.at(), "EUR");
        assertArrayEquals(blob(LaterOrder.class, wanted), reader.decode(message, 0, message.length));
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in = GoldenFormatTest.class.getResourceAsStream(DIRECTORY + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static <T> byte[] blob(Class<T> type, T value) {
        FlatCodec<T> codec = FlatCodec.of(type);
        int length = codec.blobBytes(value);
        try (TestMemory memory = new TestMemory(length)) {
            codec.writeBlob(value, memory.address());
            return memory.bytes(length);
        }
    }

    private static byte[] encode(ProtobufTranscoder transcoder, byte[] blob) {
        try (TestMemory memory = new TestMemory(blob.length)) {
            memory.put(blob);
            return transcoder.encode(memory.address());
        }
    }
}
